"""The tables: which recipes there are, and which forward pass an architecture has."""

from . import bert, gemma, gemma4, gpt_oss, granite, llama, mistral3, olmo2, phi3, qwen, smollm3, starcoder2

# name of the tiny model: (general.architecture, recipe)
RECIPES = {
    "llama": ("llama", llama.llama),
    "llama-moe": ("llama", llama.mixture),
    "llama3-rope": ("llama", llama.llama3_rope),
    "qwen2": ("qwen2", qwen.qwen2),
    "qwen3": ("qwen3", qwen.qwen3),
    "qwen3moe": ("qwen3moe", qwen.mixture),
    "qwen3-embed": ("qwen3", qwen.embedder),
    "qwen3-rerank": ("qwen3", qwen.reranker),
    "gemma2": ("gemma2", gemma.gemma2),
    "gemma3": ("gemma3", gemma.gemma3),
    "gemma-embedding": ("gemma-embedding", gemma.embedder),
    "smollm3": ("smollm3", smollm3.smollm3),
    "phi3": ("phi3", phi3.plain),
    "phi3-long": ("phi3", phi3.long),
    "phi3-short": ("phi3", phi3.short),
    "mistral3": ("mistral3", mistral3.mistral3),
    "gemma4": ("gemma4", gemma4.gemma4),
    "gemma4-moe": ("gemma4", gemma4.mixture),
    "gpt-oss": ("gpt-oss", gpt_oss.gpt_oss),
    "granite": ("granite", granite.granite),
    "olmo2": ("olmo2", olmo2.olmo2),
    "starcoder2": ("starcoder2", starcoder2.starcoder2),
    "bert": ("bert", bert.bert),
    "bert-rerank": ("bert", bert.reranker),
    "nomic-bert": ("nomic-bert", bert.nomic),
}

# general.architecture: the hidden states (T, width) after the last layer, before the last norm
FORWARD = {
    "llama": llama.hidden,
    "qwen2": qwen.hidden,
    "qwen3": qwen.hidden,
    "qwen3moe": qwen.hidden,
    "gemma2": gemma.hidden,
    "gemma3": gemma.hidden,
    "gemma-embedding": gemma.hidden,
    "smollm3": smollm3.hidden,
    "phi3": phi3.hidden,
    "mistral3": mistral3.hidden,
    "gemma4": gemma4.hidden,
    "gpt-oss": gpt_oss.hidden,
    "granite": granite.hidden,
    "olmo2": olmo2.hidden,
    "starcoder2": starcoder2.hidden,
    "bert": bert.hidden,
    "nomic-bert": bert.hidden,
}
