"""Qwen 1.5 and 2 as mixtures (Yang et al. 2024): the experts' shares do not add up to 1, and beside them
is one of which each token takes as much as its gate says."""

import numpy as np

from .parts import sigmoid, softmax
from .recipe import Recipe


def qwen2moe(r: Recipe):
    r.layers = 3
    r.decoder_keys(
        rope__freq_base=1e6,
        expert_count=8,
        expert_used_count=3,
        expert_feed_forward_length=256,
        expert_shared_feed_forward_length=512,
    )
    r.embedding()
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block, bias=0.4)
        r.norm(block + "ffn_norm", r.width)
        r.experts(block, 8, 256, down_gain=2.0)
        r.normal(block + "ffn_gate_inp_shexp.weight", (r.width,), 1.5 / 16)
        r.shared_expert(block, 512)


def hidden(m, ids):
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm"), block)
        x = x + m.linear(m.attend(m.rotate(q), m.rotate(k), v), block + "attn_output")
        h = m.norm(x, block + "ffn_norm")
        taken = sigmoid(h @ m.weights[block + "ffn_gate_inp_shexp.weight"])
        x = x + m.experts(h, block, routed=best_of_all(m, h, block))
        x = x + taken[:, None] * m.gated(h, block, suffix="_shexp")
    return x


def best_of_all(m, x, block):
    """The best experts, with their shares of the softmax of all."""
    shares = softmax(m.linear(x, block + "ffn_gate_inp"))
    chosen = np.argsort(-shares, -1, kind="stable")[:, : m.key("expert_used_count")]
    return chosen, np.take_along_axis(shares, chosen, -1)
