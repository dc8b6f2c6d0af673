"""LFM2 (Liquid AI 2025): gated short convolutions beside a few layers of attention."""

import numpy as np

from .recipe import Recipe

KV_HEADS = [0, 2, 0, 0, 2]
TAPS = 3


def lfm2(r: Recipe):
    r.tied, r.layers = True, len(KV_HEADS)
    r.decoder_keys(rope__freq_base=20000.0, shortconv__l_cache=TAPS, attention__head_count_kv=KV_HEADS)
    r.embedding(0.12)
    r.norm("token_embd_norm", r.width)
    for block, kv_heads in zip(r.blocks(), KV_HEADS):
        r.norm(block + "attn_norm", r.width)
        if kv_heads:
            r.attention(block, head_norms=True)
        else:
            r.normal(block + "shortconv.conv.weight", (r.width, TAPS), 0.7)
            r.linear(block + "shortconv.in_proj", 3 * r.width, r.width, 1.3)
            r.linear(block + "shortconv.out_proj", r.width, r.width, 1.2)
        r.norm(block + "ffn_norm", r.width)
        r.gated(block)


def hidden(m, ids):
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        h = m.norm(x, block + "attn_norm")
        if m.kv_heads[layer]:
            q, k, v = m.queries_keys_values(h, block)
            q, k = m.norm(q, block + "attn_q_norm"), m.norm(k, block + "attn_k_norm")
            x = x + m.linear(m.attend(m.rotate(q), m.rotate(k), v), block + "attn_output")
        else:
            b, c, u = np.split(m.linear(h, block + "shortconv.in_proj"), 3, -1)
            mixed = c * m.convolve(b * u, block + "shortconv.conv")
            x = x + m.linear(mixed, block + "shortconv.out_proj")
        x = x + m.feed_forward(m.norm(x, block + "ffn_norm"), block)
    return x
