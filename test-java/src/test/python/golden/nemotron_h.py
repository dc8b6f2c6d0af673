"""Nemotron-H (NVIDIA 2025): each layer is Mamba-2, attention without positions, or a feed-forward part
of squared ReLUs (So et al. 2021)."""

import numpy as np

from . import mamba2
from .recipe import EPSILON, Recipe

# Of each layer its KV heads and its feed-forward values; Mamba-2 has neither.
KV_HEADS = [0, 0, 2, 0, 0]
FEED_FORWARD = [0, 512, 0, 0, 512]


def nemotron_h(r: Recipe):
    r.layers = len(KV_HEADS)
    r.decoder_keys(
        feed_forward_length=FEED_FORWARD,
        attention__head_count_kv=KV_HEADS,
        attention__layer_norm_epsilon=EPSILON,  # Real files have both; all norms are RMS norms.
        **mamba2.keys(groups=2),
    )
    r.embedding()
    r.head()
    for block, kv_heads, feed_forward in zip(r.blocks(), KV_HEADS, FEED_FORWARD):
        r.norm(block + "attn_norm", r.width)
        if feed_forward:
            r.linear(block + "ffn_up", feed_forward, r.width, 1.4)
            r.linear(block + "ffn_down", r.width, feed_forward, 1.0)
        elif kv_heads:
            r.attention(block)
        else:
            mamba2.draw_layer(r, block, groups=2)


def hidden(m, ids):
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        h = m.norm(x, block + "attn_norm")
        if m.key("feed_forward_length")[layer]:
            positive = np.maximum(m.linear(h, block + "ffn_up"), 0)
            x = x + m.linear(positive * positive, block + "ffn_down")
        elif m.kv_heads[layer]:
            q, k, v = m.queries_keys_values(h, block)
            x = x + m.linear(m.attend(q, k, v), block + "attn_output")
        else:
            x = x + mamba2.layer(m, h, block)
    return x
