"""gpt-oss (OpenAI 2025): mixtures whose gates are clamped, and attention with sinks."""

import numpy as np

from .recipe import Recipe

EXPERTS = 6

# What gates and ups are kept below, and how steep the gate's sigmoid is.
LIMIT, SLOPE = 7, 1.702


def gpt_oss(r: Recipe):
    r.head_dim, r.feed_forward = 64, 256
    r.decoder_keys(
        rope__freq_base=20000.0,
        attention__sliding_window=32,
        expert_count=EXPERTS,
        expert_used_count=2,
        expert_feed_forward_length=r.feed_forward,
        rope__scaling__type="yarn",
        rope__scaling__factor=8.0,
        rope__scaling__original_context_length=256,
    )
    r.embedding()
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block, 1.0, bias=0.4, out_bias=0.2)
        sinks = block + "attn_sinks.weight"
        r.tensor(sinks, 2.5 + 1.2 * r.random(sinks, (r.heads,)))
        r.norm(block + "post_attention_norm", r.width)
        # Large gates and ups: the limit must show.
        r.experts(block, EXPERTS, gain=4.0, down_gain=0.12, bias=0.3, router_bias=0.5)


def clamped(gate, up):
    gate = np.minimum(gate, LIMIT)
    return gate / (1 + np.exp(-SLOPE * gate)) * (np.clip(up, -LIMIT, LIMIT) + 1)


def hidden(m, ids):
    x = m.embedding(ids)
    frequencies, length = m.scaled_frequencies()
    for layer in range(m.layers):
        block = f"blk.{layer}."
        q, k, v = m.queries_keys_values(m.norm(x, block + "attn_norm"), block)
        q, k = (m.turn(each, frequencies, length) for each in (q, k))
        window = m.key("attention.sliding_window") if layer % 2 == 0 else None
        sinks = m.weights[block + "attn_sinks.weight"]
        attended = m.attend(q, k, v, sees=m.causal(len(ids), window), sinks=sinks)
        x = x + m.linear(attended, block + "attn_output")
        x = x + m.experts(m.norm(x, block + "post_attention_norm"), block, activation=clamped)
    return x
