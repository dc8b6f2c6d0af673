"""Llama (Touvron et al. 2023), its mixtures (Jiang et al. 2024), and Llama 3's RoPE."""

import math

import numpy as np

from .recipe import Recipe


def llama(r: Recipe):
    keys(r, 10000.0)
    r.embedding()
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block)
        r.norm(block + "ffn_norm", r.width)
        r.gated(block)


def llama3_rope(r: Recipe):
    llama(r)
    base, original, factor, low, high = 500000.0, 128, 8.0, 1.0, 4.0
    r.set(rope__freq_base=base)
    # Slow pairs turn `factor` times slower, fast ones as ever, those between are blended.
    waves = 2 * math.pi * base ** (np.arange(0, r.head_dim, 2) / r.head_dim)
    smooth = (original / waves - low) / (high - low)
    blended = 1 / ((1 - smooth) / factor + smooth)
    slow = np.where(waves > original / low, factor, blended)
    r.tensor("rope_freqs.weight", np.where(waves < original / high, 1.0, slow))


def mixture(r: Recipe):
    r.layers, r.feed_forward = 3, 256
    keys(r, 10000.0)
    r.set(expert_count=6, expert_used_count=2)
    r.embedding()
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block)
        r.norm(block + "ffn_norm", r.width)
        r.experts(block, 6)


def keys(r, base):
    r.decoder_keys(rope__freq_base=base, rope__dimension_count=r.head_dim, vocab_size=512)


def hidden(m, ids):
    frequencies, length = m.scaled_frequencies()
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm"), block)
        q, k = (m.turn(each, frequencies, length, pairs="adjacent") for each in (q, k))
        x = x + m.linear(m.attend(q, k, v), block + "attn_output")
        x = x + m.feed_forward(m.norm(x, block + "ffn_norm"), block)
    return x
