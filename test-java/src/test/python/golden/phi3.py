"""Phi-3 (Abdin et al. 2024) with its long and short RoPE factors (LongRoPE, Ding et al. 2024)."""

import numpy as np

from .recipe import Recipe


def plain(r: Recipe):
    layers(r, rotated=32, original=2048)


def long(r: Recipe):
    """The context is longer than the original one: the long factors are used."""
    layers(r, rotated=24, original=256)
    factors(r)


def short(r: Recipe):
    layers(r, rotated=24, original=2048)
    factors(r)


def layers(r, rotated, original):
    r.decoder_keys(
        rope__freq_base=10000.0,
        rope__dimension_count=rotated,
        rope__scaling__original_context_length=original,
    )
    r.embedding()
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.fused_attention(block)
        r.norm(block + "ffn_norm", r.width)
        r.linear(block + "ffn_up", 2 * r.feed_forward, r.width, 1.4)
        r.linear(block + "ffn_down", r.width, r.feed_forward, 1.4)


def factors(r):
    r.set(rope__scaling__attn_factor=1.19)
    pair = np.arange(r.keys["rope.dimension_count"] // 2)
    r.tensor("rope_factors_long.weight", 1.0 + pair * 1.7)
    r.tensor("rope_factors_short.weight", 1.0 + pair * 0.15)


def hidden(m, ids):
    factors, length = None, 1.0
    if "rope_factors_long.weight" in m.weights:
        # By the context that was allocated, not by the sequence's length.
        is_long = m.context > m.key("rope.scaling.original_context_length")
        factors = m.weights[f"rope_factors_{'long' if is_long else 'short'}.weight"]
        length = m.key("rope.scaling.attn_factor", 1.0)
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm"), block)
        q, k = (m.rotate(each, factors=factors, length=length) for each in (q, k))
        x = x + m.linear(m.attend(q, k, v), block + "attn_output")
        x = x + m.gated(m.norm(x, block + "ffn_norm"), block)
    return x
