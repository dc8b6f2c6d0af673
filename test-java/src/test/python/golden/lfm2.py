"""LFM2 (Liquid AI 2025): gated short convolutions beside a few layers of attention; dense, or with experts
behind the first layers."""

import numpy as np

from .parts import sigmoid
from .recipe import Recipe

KV_HEADS = [0, 2, 0, 0, 2]
TAPS = 3
DENSE_LAYERS, EXPERTS, USED, INNER = 2, 8, 3, 256  # of the mixture


def dense(r: Recipe):
    draw(r, r.gated)


def mixture(r: Recipe):
    def feed_forward(block):
        if block in r.blocks()[:DENSE_LAYERS]:
            r.gated(block)
        else:
            r.experts(block, EXPERTS, INNER)
            r.normal(block + "exp_probs_b.bias", (EXPERTS,), 0.3)

    r.set(
        leading_dense_block_count=DENSE_LAYERS,
        expert_count=EXPERTS,
        expert_used_count=USED,
        expert_feed_forward_length=INNER,
        expert_gating_func=2,
    )
    draw(r, feed_forward)


def draw(r, feed_forward):
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
        feed_forward(block)


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
        h = m.norm(x, block + "ffn_norm")
        is_mixture = layer >= m.key("leading_dense_block_count", m.layers)
        x = x + (m.experts(h, block, routed=route(m, h, block)) if is_mixture else m.gated(h, block))
    return x


def route(m, h, block):
    """The bias decides on the choice alone; the shares add up to 1."""
    share = sigmoid(m.linear(h, block + "ffn_gate_inp"))
    worth = share + m.weights[block + "exp_probs_b.bias"]
    chosen = np.argsort(-worth, -1, kind="stable")[:, : m.key("expert_used_count")]
    share = np.take_along_axis(share, chosen, -1)
    return chosen, share / share.sum(-1, keepdims=True)
