"""Llama 4 (Meta 2025): every fourth layer has no RoPE but queries that grow with the position; the others
see chunks, and norm their heads after RoPE. Every other layer is a mixture with a shared expert, and the
weight of an expert multiplies what goes into it."""

import numpy as np

from .parts import sigmoid
from .recipe import EPSILON, Recipe

CHUNK = 8192


def llama4(r: Recipe):
    r.decoder_keys(
        rope__freq_base=20000.0,
        rope__dimension_count=r.head_dim,
        vocab_size=512,
        interleave_moe_layer_step=2,
        expert_count=6,
        expert_used_count=1,
        expert_feed_forward_length=256,
    )
    r.embedding()
    r.head()
    for layer, block in enumerate(r.blocks()):
        r.norm(block + "attn_norm", r.width)
        r.attention(block)
        r.norm(block + "ffn_norm", r.width)
        if layer % 2 == 1:
            r.experts(block, 6, 256, down_gain=2.5)
            r.shared_expert(block, 256)
        else:
            r.gated(block)


def hidden(m, ids):
    position = np.arange(len(ids))
    same_chunk = position[:, None] // CHUNK == position // CHUNK
    growth = 1 + 0.1 * np.log(np.floor((position + 1) / CHUNK) + 1)
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm"), block)
        sees = m.causal(len(ids))
        if layer % 4 == 3:
            q = q * growth[:, None, None]
        else:
            q, k = (unit(m.rotate(each, pairs="adjacent")) for each in (q, k))
            sees = sees & same_chunk
        x = x + m.linear(m.attend(q, k, v, sees=sees), block + "attn_output")
        h = m.norm(x, block + "ffn_norm")
        if block + "ffn_gate_inp.weight" in m.weights:
            x = x + mixture(m, h, block) + m.gated(h, block, suffix="_shexp")
        else:
            x = x + m.gated(h, block)
    return x


def unit(x):
    """An RMS norm without weights."""
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + EPSILON)


def mixture(m, h, block):
    """The best expert's part of each token, whose input its weight multiplies."""
    share = sigmoid(m.linear(h, block + "ffn_gate_inp"))
    best = share.argmax(-1)
    y = np.zeros_like(h)
    for expert in range(share.shape[-1]):
        token = np.nonzero(best == expert)[0]
        y[token] = m.expert(h[token] * share[token, expert, None], block, expert)
    return y
