"""DeepSeek V2 and V3 (DeepSeek-AI 2024): keys and values of all heads come from one latent row of each
token, beside one part of the keys that turns; a first dense layer, then mixtures with a shared expert.
New files have the heads' matrices apart, old ones in `attn_kv_b`."""

import math

import numpy as np

from .parts import sigmoid, softmax
from .recipe import Recipe

STILL, TURNED, VALUE, LATENT, QUERY_RANK = 32, 16, 32, 64, 128


def deepseek2(r: Recipe):
    r.kv_heads = 1
    keys(
        r,
        experts=8,
        used=3,
        inner=256,
        attention__q_lora_rank=QUERY_RANK,
        attention__key_length=LATENT + TURNED,
        attention__value_length=LATENT,
        attention__key_length_mla=STILL + TURNED,
        attention__value_length_mla=VALUE,
        expert_weights_scale=2.5,
        expert_weights_norm=True,
        expert_gating_func=2,
        expert_group_count=4,
        expert_group_used_count=2,
        rope__scaling__yarn_log_multiplier=0.1,
    )
    r.embedding()
    r.head()
    for layer, block in enumerate(r.blocks()):
        r.norm(block + "attn_norm", r.width)
        r.linear(block + "attn_q_a", QUERY_RANK, r.width)
        r.norm(block + "attn_q_a_norm", QUERY_RANK, 1.3)
        r.linear(block + "attn_q_b", r.heads * (STILL + TURNED), QUERY_RANK, 1.2)
        latent(r, block)
        r.normal(block + "attn_k_b.weight", (r.heads, LATENT, STILL), 1.2 / 8)
        r.normal(block + "attn_v_b.weight", (r.heads, VALUE, LATENT), 1.2 / 8)
        r.linear(block + "attn_output", r.width, r.heads * VALUE, 1.4)
        r.norm(block + "ffn_norm", r.width)
        feed_forward(r, block, layer, 8, 256, 0.6, 1.4)
        if layer > 0:
            r.normal(block + "exp_probs_b.bias", (8,), 0.3)


def lite(r: Recipe):
    """llama.cpp takes a file without q_lora_rank only where it has 27 layers, or 26."""
    r.layers, r.heads, r.kv_heads, r.feed_forward = 27, 4, 4, 256
    keys(
        r,
        experts=4,
        used=2,
        inner=64,
        attention__key_length=STILL + TURNED,
        attention__value_length=VALUE,
        expert_weights_scale=1.0,
        expert_weights_norm=False,
        expert_gating_func=1,
        rope__scaling__yarn_log_multiplier=0.0707,
    )
    r.embedding(2.0)
    r.head()
    for layer, block in enumerate(r.blocks()):
        r.norm(block + "attn_norm", r.width)
        r.linear(block + "attn_q", r.heads * (STILL + TURNED), r.width, 1.4)
        latent(r, block)
        r.linear(block + "attn_kv_b", r.heads * (STILL + VALUE), LATENT, 1.2)
        r.linear(block + "attn_output", r.width, r.heads * VALUE, 0.7)
        r.norm(block + "ffn_norm", r.width)
        feed_forward(r, block, layer, 4, 64, 0.5, 0.6)


def keys(r, experts, used, inner, **more):
    r.decoder_keys(
        rope__freq_base=20000.0,
        rope__dimension_count=TURNED,
        vocab_size=512,
        leading_dense_block_count=1,
        expert_count=experts,
        expert_used_count=used,
        expert_shared_count=1,
        expert_feed_forward_length=inner,
        attention__kv_lora_rank=LATENT,
        rope__scaling__type="yarn",
        rope__scaling__factor=8.0,
        rope__scaling__original_context_length=256,
    )
    r.set(**more)


def latent(r, block):
    r.linear(block + "attn_kv_a_mqa", LATENT + TURNED, r.width, 1.4)
    r.norm(block + "attn_kv_a_norm", LATENT, 1.2)


def feed_forward(r, block, layer, experts, inner, down_gain, shared_gain):
    if layer == 0:
        r.gated(block)
    else:
        r.experts(block, experts, inner, down_gain=down_gain)
        r.shared_expert(block, inner, shared_gain)


def hidden(m, ids):
    rank, query = m.key("attention.kv_lora_rank"), m.key("attention.key_length_mla", m.head_dim)
    still = query - m.rotated
    # log_multiplier is a tenth of DeepSeek's mscale_all_dim: the scores take it, not the rotation.
    growth = 1 + m.key("rope.scaling.yarn_log_multiplier") * math.log(m.key("rope.scaling.factor"))
    frequencies, _ = m.scaled_frequencies()
    x = m.embedding(ids)
    for layer in range(m.layers):
        block = f"blk.{layer}."
        h = m.norm(x, block + "attn_norm")
        q = queries(m, h, block).reshape(len(ids), m.heads, query)
        c, r = np.split(m.linear(h, block + "attn_kv_a_mqa"), [rank], -1)
        k, v = keys_values(m, m.norm(c, block + "attn_kv_a_norm"), block, still)
        r = m.turn(r[:, None], frequencies, pairs="adjacent")
        k = np.concatenate([k, np.repeat(r, m.heads, 1)], -1)
        q = np.concatenate([q[..., :still], m.turn(q[..., still:], frequencies, pairs="adjacent")], -1)
        attended = m.attend(q, k, v, scale=growth**2 / math.sqrt(query))
        x = x + m.linear(attended, block + "attn_output")
        h = m.norm(x, block + "ffn_norm")
        if layer < m.key("leading_dense_block_count"):
            x = x + m.gated(h, block)
        else:
            x = x + m.experts(h, block, routed=route(m, h, block)) + m.gated(h, block, suffix="_shexp")
    return x


def queries(m, h, block):
    if block + "attn_q.weight" in m.weights:
        return m.linear(h, block + "attn_q")
    low = m.norm(m.linear(h, block + "attn_q_a"), block + "attn_q_a_norm")
    return m.linear(low, block + "attn_q_b")


def keys_values(m, c, block, still):
    """(T, H, still) and (T, H, value)."""
    if block + "attn_kv_b.weight" in m.weights:
        both = m.linear(c, block + "attn_kv_b").reshape(len(c), m.heads, -1)
        return both[..., :still], both[..., still:]
    k, v = m.weights[block + "attn_k_b.weight"], m.weights[block + "attn_v_b.weight"]
    return np.einsum("tr,hrn->thn", c, k), np.einsum("tr,hvr->thv", c, v)


def route(m, h, block):
    """The bias, and which groups are best by their two best experts, decide on the choice alone."""
    logits = m.linear(h, block + "ffn_gate_inp")
    share = sigmoid(logits) if m.key("expert_gating_func") == 2 else softmax(logits)
    worth = share + m.weights.get(block + "exp_probs_b.bias", 0.0)
    groups = m.key("expert_group_count", 1)
    if groups > 1:
        grouped = worth.reshape(len(h), groups, -1)
        sums = np.sort(grouped, -1)[..., -2:].sum(-1)
        best = np.argsort(-sums, -1, kind="stable")[:, : m.key("expert_group_used_count")]
        left = np.zeros(sums.shape, bool)
        np.put_along_axis(left, best, True, 1)
        worth = np.where(left[..., None], grouped, -np.inf).reshape(worth.shape)
    chosen = np.argsort(-worth, -1, kind="stable")[:, : m.key("expert_used_count")]
    share = np.take_along_axis(share, chosen, -1)
    if m.key("expert_weights_norm"):
        share = share / share.sum(-1, keepdims=True)
    return chosen, share * m.key("expert_weights_scale")
