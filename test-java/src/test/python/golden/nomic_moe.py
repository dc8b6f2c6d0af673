"""Nomic Embed 2 (Nussbaum and Duderstadt 2025): BERT with RoPE, whose every other layer is a mixture of
experts without a gate; their shares do not add up to 1."""

import numpy as np

from .bert import encoder
from .qwen2moe import best_of_all
from .recipe import Recipe


def nomic_moe(r: Recipe):
    encoder(r)
    r.layers = 4
    r.set(
        block_count=r.layers,
        attention__head_count_kv=r.heads,
        rope__freq_base=1000.0,
        moe_every_n_layers=2,
        expert_count=6,
        expert_used_count=2,
    )
    for layer, block in enumerate(r.blocks()):
        r.linear(block + "attn_qkv", 3 * r.width, r.width, 1.4, 0.3)
        r.linear(block + "attn_output", r.width, r.width, 1.4, 0.2)
        r.norm(block + "attn_output_norm", r.width, bias=0.2)
        if layer % 2 == 1:
            r.linear(block + "ffn_gate_inp", 6, r.width, 2.0)
            r.linear(block + "ffn_up_exps", (6, r.feed_forward), r.width, 1.4)
            r.linear(block + "ffn_down_exps", (6, r.width), r.feed_forward, 1.4)
        else:
            r.linear(block + "ffn_up", r.feed_forward, r.width, 1.4, 0.2)
            r.linear(block + "ffn_down", r.width, r.feed_forward, 1.4, 0.2)
        r.norm(block + "layer_output_norm", r.width, bias=0.2)


def hidden(m, ids):
    x = m.norm(m.embedding(ids) + m.weights["token_types.weight"][0], "token_embd_norm")
    sees = m.both_sides(len(ids))
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(x, block)
        attended = m.attend(m.rotate(q), m.rotate(k), v, sees=sees)
        x = m.norm(x + m.linear(attended, block + "attn_output"), block + "attn_output_norm")
        if block + "ffn_gate_inp.weight" in m.weights:
            y = mixture(m, x, block)
        else:
            y = m.linear(m.gelu(m.linear(x, block + "ffn_up")), block + "ffn_down")
        x = m.norm(x + y, block + "layer_output_norm")
    return x


def mixture(m, x, block):
    chosen, share = best_of_all(m, x, block)
    y = np.zeros_like(x)
    for expert in range(m.key("expert_count")):
        token, place = np.nonzero(chosen == expert)
        h = m.gelu(m.expert_linear(x[token], block + "ffn_up_exps", expert))
        h = m.expert_linear(h, block + "ffn_down_exps", expert)
        y[token] += share[token, place, None] * h
    return y
