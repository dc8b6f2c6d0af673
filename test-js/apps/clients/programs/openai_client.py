"""Python's openai."""

import openai
from features import refused, report, url, works
from pydantic import BaseModel

client = openai.OpenAI(base_url=url + "/v1", api_key="any", max_retries=0)
chat = {"model": "tiny", "messages": [{"role": "user", "content": "Hello there"}], "max_tokens": 8, "temperature": 0}
CHAT = "POST /v1/chat/completions"


class Person(BaseModel):
    age: int


def answer():
    completion = client.chat.completions.create(**chat)
    assert completion.usage.completion_tokens == 8


def streaming():
    whole = client.chat.completions.create(**chat).choices[0].message.content
    stream = client.chat.completions.create(**chat, stream=True, stream_options={"include_usage": True})
    chunks = list(stream)
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices) == whole
    assert chunks[-1].usage.completion_tokens == 8


def helper():
    with client.chat.completions.stream(**{**chat, "max_tokens": 60}, response_format=Person) as stream:
        for _ in stream:
            pass
        assert isinstance(stream.get_final_completion().choices[0].message.parsed.age, int)


def parse():
    completion = client.chat.completions.parse(**{**chat, "max_tokens": 60}, response_format=Person)
    assert isinstance(completion.choices[0].message.parsed.age, int)


def logprobs():
    completion = client.chat.completions.create(**chat, logprobs=True, top_logprobs=2)
    assert len(completion.choices[0].logprobs.content[0].top_logprobs) == 2


def tools():
    function = {"name": "double", "parameters": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}}
    completion = client.chat.completions.create(
        **{**chat, "max_tokens": 200}, tools=[{"type": "function", "function": function}], tool_choice="required"
    )
    assert completion.choices[0].message.tool_calls[0].function.name == "double"


def image():
    parts = [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}]
    client.chat.completions.create(**{**chat, "messages": [{"role": "user", "content": parts}]})


works(CHAT, "an answer", answer)
works(CHAT, "streaming", streaming)
works(CHAT, "the stream helper", helper)
works(CHAT, "response_format (pydantic, parse)", parse)
works(CHAT, "logprobs", logprobs)
works(CHAT, "tools, tool_choice", tools)
refused(CHAT, "messages", openai.BadRequestError, image)


def embeddings():
    data = client.embeddings.create(model="bert", input=["abc", "hello"]).data
    assert len(data) == 2 and any(value != 0 for value in data[0].embedding)


def models():
    assert "tiny" in [model.id for model in client.models.list()]


def response():
    made = client.responses.create(model="tiny", input="Hello there", max_output_tokens=8, temperature=0)
    assert made.output_text
    with client.responses.stream(model="tiny", input="Hello there", max_output_tokens=8, temperature=0) as stream:
        events = [event.type for event in stream]
    assert events[0] == "response.created" and events[-1] == "response.incomplete"


works("POST /v1/embeddings", "base64 (the default)", embeddings)
works("GET /v1/models", "a list", models)
works("POST /v1/responses", "an answer", response)
works("POST /v1/completions", "an answer", lambda: client.completions.create(model="tiny", prompt="in the", max_tokens=5))
report()
