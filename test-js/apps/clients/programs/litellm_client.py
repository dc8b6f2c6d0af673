"""litellm."""

import litellm
from features import report, url, works

litellm.suppress_debug_info = True
messages = [{"role": "user", "content": "Hello there"}]
common = {"messages": messages, "max_tokens": 8, "temperature": 0, "num_retries": 0}


def tries(endpoint, **model):
    text = {}

    def answer():
        completion = litellm.completion(**common, **model)
        text["whole"] = completion.choices[0].message.content
        assert completion.usage.completion_tokens == 8

    def streaming():
        chunks = list(litellm.completion(**common, **model, stream=True))
        assert "".join(c.choices[0].delta.content or "" for c in chunks) == text["whole"]

    def tools():
        function = {"name": "double", "parameters": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}}
        asked = {"tools": [{"type": "function", "function": function}], "tool_choice": "required"}
        completion = litellm.completion(**{**common, "max_tokens": 200}, **model, **asked)
        assert completion.choices[0].message.tool_calls[0].function.name == "double"

    works(endpoint, "an answer", answer)
    works(endpoint, "streaming", streaming)
    if not model["model"].startswith("ollama"):
        works(endpoint, "tools, tool_choice", tools)


tries("POST /v1/chat/completions", model="openai/tiny", api_base=url + "/v1", api_key="any")
tries("POST /v1/messages", model="anthropic/tiny", api_base=url, api_key="any")
tries("POST /api/chat", model="ollama_chat/tiny", api_base=url)


def embedding():
    data = litellm.embedding(model="openai/bert", input=["abc", "hello"], api_base=url + "/v1", api_key="any").data
    assert len(data) == 2


works("POST /v1/embeddings", "texts", embedding)
report()
