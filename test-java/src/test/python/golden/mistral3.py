"""Ministral 3: a llama with YaRN (Peng et al. 2023), whose queries grow with the position."""

import numpy as np

from .recipe import Recipe


def mistral3(r: Recipe):
    r.head_dim = 64
    r.decoder_keys(
        rope__freq_base=20000.0,
        rope__dimension_count=64,
        vocab_size=512,
        rope__scaling__type="yarn",
        rope__scaling__factor=8.0,
        rope__scaling__original_context_length=64,
        rope__scaling__yarn_log_multiplier=0.6,
        attention__temperature_scale=0.3,
    )
    r.embedding()
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block, 1.1)
        r.norm(block + "ffn_norm", r.width)
        r.gated(block)


def hidden(m, ids):
    # q is multiplied by 1 + scale ln(floor(position / original context) + 1).
    original = m.key("rope.scaling.original_context_length")
    turns = np.floor(np.arange(len(ids)) / original)
    growth = 1 + m.key("attention.temperature_scale", 0.0) * np.log(turns + 1)
    frequencies, length = m.scaled_frequencies()
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm"), block)
        q, k = (m.turn(each, frequencies, length, pairs="adjacent") for each in (q, k))
        x = x + m.linear(m.attend(q * growth[:, None, None], k, v), block + "attn_output")
        x = x + m.gated(m.norm(x, block + "ffn_norm"), block)
    return x
