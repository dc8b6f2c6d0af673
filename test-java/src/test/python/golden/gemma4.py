"""Gemma 4, dense and with experts: layers of two kinds, each with its own heads, of which the last
ones read the keys and values of earlier layers.

Where the file has them, each token has an input of its own in every layer (Gemma 3n, 2025).
"""

import math

import numpy as np

from .layer_inputs import gated_input, layer_input_recipe, layer_inputs
from .parts import softmax
from .recipe import Recipe

WINDOW = 32
EXPERTS = 8

# Which layers have the window, the size of their heads, and that of the others'.
LOCAL = [True, True, False] * 2
LOCAL_HEAD, GLOBAL_HEAD = 32, 64


def gemma4(r: Recipe):
    recipe(r, inputs=32, shared=3)


def mixture(r: Recipe):
    recipe(r, inputs=0, shared=0)


def recipe(r, inputs, shared):
    has_experts = inputs == 0
    r.layers, r.tied, r.head_dim = len(LOCAL), True, GLOBAL_HEAD
    r.decoder_keys(
        rope__freq_base=1e6,
        rope__freq_base_swa=20000.0,
        rope__dimension_count=GLOBAL_HEAD,
        rope__dimension_count_swa=LOCAL_HEAD,
        attention__key_length_swa=LOCAL_HEAD,
        attention__value_length_swa=LOCAL_HEAD,
        attention__sliding_window=WINDOW,
        attention__sliding_window_pattern=LOCAL,
        attention__shared_kv_layers=shared,
        embedding_length_per_layer_input=inputs,
        final_logit_softcapping=9.0,
    )
    if has_experts:
        r.set(expert_count=EXPERTS, expert_used_count=3, expert_feed_forward_length=256)
        r.set(attention__head_count_kv=[2 if local else 1 for local in LOCAL])
    r.embedding(0.06)
    r.head(3.0)
    # Only the first quarter of the pairs turns where all is seen.
    r.tensor("rope_freqs.weight", [1.0] * (GLOBAL_HEAD // 8) + [1e30] * (3 * GLOBAL_HEAD // 8))
    if inputs:
        layer_input_recipe(r, inputs)
    for layer, block in enumerate(r.blocks()):
        attention(r, layer, block, own=layer < r.layers - shared, has_experts=has_experts)
        r.norm(block + "post_attention_norm", r.width)
        r.norm(block + "ffn_norm", r.width)
        r.gated(block)
        r.norm(block + "post_ffw_norm", r.width)
        r.tensor(block + "layer_output_scale.weight", [0.9 - 0.05 * layer])
        if has_experts:
            experts(r, block)
        if inputs:
            r.linear(block + "inp_gate", inputs, r.width, 1.2)
            r.linear(block + "proj", r.width, inputs, 1.2)
            r.norm(block + "post_norm", r.width, 0.6)


def attention(r, layer, block, own, has_experts):
    local = LOCAL[layer]
    head = LOCAL_HEAD if local else GLOBAL_HEAD
    kv = 1 if has_experts and not local else 2
    r.norm(block + "attn_norm", r.width)
    r.linear(block + "attn_q", r.heads * head, r.width)
    r.norm(block + "attn_q_norm", head, 0.5)
    if own:
        r.linear(block + "attn_k", kv * head, r.width)
        r.norm(block + "attn_k_norm", head, 0.5)
        if local or not has_experts:
            r.linear(block + "attn_v", kv * head, r.width)
    r.linear(block + "attn_output", r.width, r.heads * head, 1.4)


def experts(r, block):
    inner = 256
    r.linear(block + "ffn_gate_inp", EXPERTS, r.width, 2.0)
    scale = block + "ffn_gate_inp.scale"
    r.tensor(scale, (1 + 0.3 * r.random(scale, (r.width,))) * 16)
    r.norm(block + "post_ffw_norm_1", r.width)
    r.norm(block + "pre_ffw_norm_2", r.width)
    # Small: the peer's table of GELU in F16 moves some tokens to other experts.
    r.norm(block + "post_ffw_norm_2", r.width, 0.4)
    r.linear(block + "ffn_gate_up_exps", (EXPERTS, 2 * inner), r.width, 1.4)
    r.linear(block + "ffn_down_exps", (EXPERTS, r.width), inner, 1.4)
    scale = block + "ffn_down_exps.scale"
    r.tensor(scale, 1 + 0.4 * r.random(scale, (EXPERTS,)))


def hidden(m, ids):
    x = m.embedding(ids) * math.sqrt(m.width)
    inputs = layer_inputs(m, ids, x) if "per_layer_token_embd.weight" in m.weights else None
    own = m.layers - m.key("attention.shared_kv_layers", 0)
    kept = {}  # the last keys and values of each kind of layer
    for layer in range(m.layers):
        block = f"blk.{layer}."
        local = m.key("attention.sliding_window_pattern")[layer]
        q, keys_values = heads(m, m.norm(x, block + "attn_norm"), block, local, layer < own)
        if keys_values:
            kept[local] = keys_values
        sees = m.causal(len(ids), m.key("attention.sliding_window") if local else None)
        attended = m.attend(q, *kept[local], sees=sees, scale=1.0)
        attended = m.linear(attended, block + "attn_output")
        x = x + m.norm(attended, block + "post_attention_norm")
        x = x + m.norm(feed_forward(m, x, block), block + "post_ffw_norm")
        if inputs is not None:
            x = x + gated_input(m, x, inputs[:, layer], block)
        x = x * m.weights.get(block + "layer_output_scale.weight", 1.0)
    return x


def heads(m, x, block, local, own):
    """The queries (T, H, D), and the keys and values where the layer has its own."""
    suffix = "_swa" if local else ""
    size = m.key("attention.key_length" + suffix)
    turned = m.key("rope.dimension_count" + suffix)
    turns = m.key("rope.freq_base" + suffix) ** (-np.arange(0, turned, 2) / turned)
    if not local:
        turns = turns / m.weights["rope_freqs.weight"]

    def part(name):
        return m.linear(x, block + name).reshape(len(x), -1, size)

    q = m.turn(m.norm(part("attn_q"), block + "attn_q_norm"), turns)
    if not own:
        return q, None
    k = part("attn_k")
    v = part("attn_v") if block + "attn_v.weight" in m.weights else k
    k = m.turn(m.norm(k, block + "attn_k_norm"), turns)
    return q, (k, m.rms(v))


def feed_forward(m, x, block):
    y = m.gated(m.norm(x, block + "ffn_norm"), block, m.gelu)
    if block + "ffn_gate_inp.weight" not in m.weights:
        return y
    routed = m.rms(x) / math.sqrt(m.width) * m.weights[block + "ffn_gate_inp.scale"]
    logits = m.linear(routed, block + "ffn_gate_inp")
    z = experts_of(m, m.norm(x, block + "pre_ffw_norm_2"), block, logits)
    return m.norm(y, block + "post_ffw_norm_1") + m.norm(z, block + "post_ffw_norm_2")


def experts_of(m, x, block, logits):
    """The best experts of each token, weighted by the softmax of their logits and by a factor of
    each expert's; gate and up are one matrix."""
    chosen = np.argsort(-logits, -1, kind="stable")[:, : m.key("expert_used_count")]
    share = softmax(np.take_along_axis(logits, chosen, -1))
    share = share * m.weights[block + "ffn_down_exps.scale"][chosen]
    y = np.zeros_like(x)
    for expert in range(logits.shape[-1]):
        token, place = np.nonzero(chosen == expert)
        gate, up = np.split(m.expert_linear(x[token], block + "ffn_gate_up_exps", expert), 2, -1)
        h = m.expert_linear(m.gelu(gate) * up, block + "ffn_down_exps", expert)
        y[token] += share[token, place, None] * h
    return y
