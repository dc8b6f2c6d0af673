"""Jina Embeddings 2 (Guenther et al. 2023): BERT with gated GELU, whose positions are ALiBi on both sides
(Press et al. 2022). The form for code norms queries and keys, adds a layer's input a second time, has gate and
up in one matrix, and here has heads that are no power of two."""

import numpy as np

from .bert import encoder
from .recipe import Recipe


def jina(r: Recipe):
    encoder(r)
    for block in r.blocks():
        r.attention(block, bias=0.4, out_bias=0.2)
        r.norm(block + "attn_output_norm", r.width, bias=0.2)
        r.linear(block + "ffn_gate", r.feed_forward, r.width, 1.4)
        r.linear(block + "ffn_up", r.feed_forward, r.width, 1.4)
        r.linear(block + "ffn_down", r.width, r.feed_forward, 1.4, 0.2)
        r.norm(block + "layer_output_norm", r.width, bias=0.2)


def code(r: Recipe):
    r.width, r.heads = 384, 12
    encoder(r)
    for block in r.blocks():
        r.attention(block, bias=0.4, out_bias=0.2)
        r.norm(block + "attn_q_norm", r.width, 1.3, 0.2)
        r.norm(block + "attn_k_norm", r.width, 1.3, 0.2)
        r.norm(block + "attn_norm_2", r.width, bias=0.2)
        r.norm(block + "attn_output_norm", r.width, bias=0.2)
        r.linear(block + "ffn_up", 2 * r.feed_forward, r.width, 1.4)
        r.linear(block + "ffn_down", r.width, r.feed_forward, 1.4, 0.2)
        r.norm(block + "layer_output_norm", r.width, bias=0.2)


def slopes(heads):
    """The geometric sequence of a power of two; more heads take every other one of twice as many."""
    power = 2 ** int(np.log2(heads))
    first, next_ones = (2.0 ** (-8 * np.arange(1, n + 1) / n) for n in (power, 2 * power))
    return np.concatenate([first, next_ones[::2][: heads - power]])


def hidden(m, ids):
    x = m.norm(m.embedding(ids) + m.weights["token_types.weight"][0], "token_embd_norm")
    sees = m.both_sides(len(ids))
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(x, block)
        if block + "attn_q_norm.weight" in m.weights:
            q, k = whole(m, q, block + "attn_q_norm"), whole(m, k, block + "attn_k_norm")
        attended = m.attend(q, k, v, sees=sees, slopes=slopes(m.heads))
        y = m.norm(x + m.linear(attended, block + "attn_output"), block + "attn_output_norm")
        if block + "attn_norm_2.weight" in m.weights:
            y = m.norm(x + y, block + "attn_norm_2")
        x = m.norm(y + m.gated(y, block, m.gelu), block + "layer_output_norm")
    return x


def whole(m, x, name):
    """The norm of whole rows, of all heads together."""
    return m.norm(x.reshape(len(x), -1), name).reshape(x.shape)
