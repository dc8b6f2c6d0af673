"""Qwen3-Next and Qwen 3.5: gated delta nets (Yang et al. 2024), and gated attention in every fourth layer;
and their heads for multi-token prediction."""

import math

import numpy as np

from . import vocabulary
from .parts import sigmoid
from .recipe import Recipe

# Heads of keys and of values in delta nets, values of each, tokens of a convolution.
KEYS, VALUES, DIM, TAPS = 2, 4, 64, 4
INTERVAL = 4


def dense(r: Recipe):
    draw(r, sections=True)


def mixture(r: Recipe):
    draw(r, sections=True, experts=True)


def qwen3next(r: Recipe):
    draw(r, experts=True, joined_rates=True)


def with_head(r: Recipe):
    """As if it were trained: the trunk adds little to large embeddings, and the head takes those over."""
    draw(r, sections=True, embeddings=40.0)
    block = draw_head(r, experts=False, taken=40.0)
    r.linear("output", vocabulary.SIZE, r.width, 3.0)
    r.tensor(block + "nextn.enorm.weight", np.ones(r.width))
    r.tensor(block + "nextn.shared_head_norm.weight", r.tensors["output_norm.weight"])


def mixture_with_head(r: Recipe):
    """A head with embeddings and an output of its own."""
    draw(r, sections=True, experts=True)
    block = draw_head(r, experts=True)
    r.normal(block + "nextn.embed_tokens.weight", (vocabulary.SIZE, r.width), 0.7)
    r.linear(block + "nextn.shared_head_head", vocabulary.SIZE, r.width, 2.0)


def draw(r: Recipe, sections=False, experts=False, joined_rates=False, embeddings=0.7):
    r.head_dim = 64
    r.decoder_keys(
        rope__freq_base=20000.0,
        rope__dimension_count=16,
        ssm__conv_kernel=TAPS,
        ssm__inner_size=VALUES * DIM,
        ssm__state_size=DIM,
        ssm__time_step_rank=VALUES,
        ssm__group_count=KEYS,
        full_attention_interval=INTERVAL,
    )
    if sections:
        r.set(rope__dimension_sections=[3, 3, 2, 0])
    if experts:
        r.set(
            expert_count=8,
            expert_used_count=3,
            expert_feed_forward_length=256,
            expert_shared_feed_forward_length=256,
        )
    r.embedding(embeddings)
    r.head()
    for layer, block in enumerate(r.blocks()):
        if (layer + 1) % INTERVAL:
            draw_delta_net(r, block, joined_rates)
        else:
            draw_attention(r, block)
        draw_rest(r, block, experts)


def draw_rest(r: Recipe, block, experts):
    r.norm(block + "attn_norm", r.width)
    r.norm(block + "post_attention_norm", r.width)
    if experts:
        r.experts(block, 8, 256, down_gain=2.0)
        r.normal(block + "ffn_gate_inp_shexp.weight", (r.width,), 1.5 / 16)
        r.shared_expert(block, 256)
    else:
        r.gated(block)


def draw_head(r: Recipe, experts, taken=3.0):
    """One block more, which the file counts as a layer; how much it takes of a token's embedding."""
    block = f"blk.{r.layers}."
    r.set(block_count=r.layers + 1, nextn_predict_layers=1)
    draw_attention(r, block)
    draw_rest(r, block, experts)
    join = r.random(block + "nextn.eh_proj.weight", (r.width, 2 * r.width)) * np.float32(0.5 / 16)
    join[:, : r.width] += np.float32(taken) * np.eye(r.width, dtype=np.float32)
    r.tensor(block + "nextn.eh_proj.weight", join)
    for norm in ("enorm", "hnorm", "shared_head_norm"):
        r.norm(block + "nextn." + norm, r.width)
    return block


def draw_attention(r: Recipe, block):
    kv = r.kv_heads * r.head_dim
    r.linear(block + "attn_q", 2 * r.heads * r.head_dim, r.width, 1.4)
    r.linear(block + "attn_k", kv, r.width, 1.4)
    r.linear(block + "attn_v", kv, r.width, 1.4)
    r.norm(block + "attn_q_norm", r.head_dim, 1.5)
    r.norm(block + "attn_k_norm", r.head_dim, 1.5)
    r.linear(block + "attn_output", r.width, r.heads * r.head_dim, 2.0)


def draw_delta_net(r: Recipe, block, joined_rates):
    channels = (2 * KEYS + VALUES) * DIM
    r.linear(block + "attn_qkv", channels, r.width, 1.3)
    r.linear(block + "attn_gate", VALUES * DIM, r.width, 1.3)
    r.normal(block + "ssm_conv1d.weight", (channels, TAPS), 0.7)
    r.tensor(block + "ssm_dt.bias", r.random(block + "ssm_dt.bias", (VALUES,)) - np.float32(2))
    decay = r.random(block + "ssm_a", (VALUES,)) * np.float32(0.8) - np.float32(0.5)
    r.tensor(block + "ssm_a", -np.exp(decay))
    if joined_rates:
        r.linear(block + "ssm_ba", 2 * VALUES, r.width, 1.2)
    else:
        r.linear(block + "ssm_beta", VALUES, r.width, 1.2)
        r.linear(block + "ssm_alpha", VALUES, r.width, 1.2)
    r.norm(block + "ssm_norm", DIM)
    r.linear(block + "ssm_out", r.width, VALUES * DIM, 1.4)


def hidden(m, ids):
    x = m.embedding(ids)
    for layer in range(m.layers - m.key("nextn_predict_layers", 0)):
        mixer = delta_net if (layer + 1) % m.key("full_attention_interval", 4) else gated_attention
        x = through(m, x, f"blk.{layer}.", mixer)
    return x


def through(m, x, block, mixer):
    x = x + mixer(m, m.norm(x, block + "attn_norm"), block)
    h = m.norm(x, block + "post_attention_norm")
    if block + "ffn_gate_inp_shexp.weight" in m.weights:
        taken = sigmoid(h @ m.weights[block + "ffn_gate_inp_shexp.weight"])
        return x + m.experts(h, block) + taken[:, None] * m.gated(h, block, suffix="_shexp")
    return x + m.gated(h, block)


def guesses(m, ids, ahead):
    """(T + A, tokens): the head's logits behind each of T tokens of a text, and behind A that it would
    guess on from. A token's row has the trunk's state behind the token before, or, behind a token that
    is guessed on from, the head's own."""
    block = f"blk.{m.layers - 1}."
    table = m.weights.get(block + "nextn.embed_tokens.weight", m.weights["token_embd.weight"])
    states = m.norm(hidden(m, ids), "output_norm")
    states = np.concatenate([np.zeros((1, m.width)), states])
    for count in range(len(ids) + 1, len(ids) + len(ahead) + 1):
        tokens = (ids + ahead)[:count]
        embedded = m.norm(table[np.asarray(tokens)], block + "nextn.enorm")
        both = np.concatenate([embedded, m.norm(states, block + "nextn.hnorm")], -1)
        x = through(m, m.linear(both, block + "nextn.eh_proj"), block, gated_attention)
        own = m.norm(x, block + "nextn.shared_head_norm")
        states = np.concatenate([states, own[-1:]])
    own_head = block + "nextn.shared_head_head"
    return m.linear(own, own_head if own_head + ".weight" in m.weights else "output")


def gated_attention(m, h, block):
    """attn_q holds of each head the query, then the gate of what the head attends to."""
    both = m.linear(h, block + "attn_q").reshape(len(h), m.heads, 2, m.head_dim)
    k, v = (m.linear(h, block + part).reshape(len(h), -1, m.head_dim) for part in ("attn_k", "attn_v"))
    q, k = m.norm(both[:, :, 0], block + "attn_q_norm"), m.norm(k, block + "attn_k_norm")
    attended = m.attend(m.rotate(q), m.rotate(k), v)
    return m.linear(attended * sigmoid(both[:, :, 1].reshape(len(h), -1)), block + "attn_output")


def delta_net(m, h, block):
    """(T, width): what a layer adds. D values of a head, K heads of keys, V of values."""
    tokens, d = len(h), m.key("ssm.state_size")
    keys, values = m.key("ssm.group_count"), m.key("ssm.time_step_rank")
    is_next = m.architecture == "qwen3next"
    u = m.silu(m.convolve(m.linear(h, block + "attn_qkv"), block + "ssm_conv1d"))
    q, k, v = (part.reshape(tokens, -1, d) for part in np.split(u, [keys * d, 2 * keys * d], -1))
    epsilon = m.key("attention.layer_norm_rms_epsilon")
    q, k = (x / np.sqrt((x * x).sum(-1, keepdims=True) + epsilon) for x in (q, k))
    # Heads of values that share one of keys are neighbours in Qwen3-Next, K apart in Qwen 3.5.
    owner = np.arange(values) // (values // keys) if is_next else np.arange(values) % keys
    q, k = q[:, owner] / math.sqrt(d), k[:, owner]
    if is_next:
        rates = m.linear(h, block + "ssm_ba").reshape(tokens, keys, 2, -1)
        beta, alpha = (rates[:, :, i].reshape(tokens, values) for i in range(2))
    else:
        beta, alpha = m.linear(h, block + "ssm_beta"), m.linear(h, block + "ssm_alpha")
    steps = np.logaddexp(0, alpha + m.weights[block + "ssm_dt.bias"])
    decay, beta = np.exp(steps * m.weights[block + "ssm_a"]), sigmoid(beta)
    state, y = np.zeros((values, d, d)), np.zeros_like(v)  # (V, D of values, D of keys)
    for t in range(tokens):
        state = decay[t, :, None, None] * state
        new = v[t] - (state @ k[t, :, :, None])[..., 0]
        state = state + beta[t, :, None, None] * new[:, :, None] * k[t, :, None]
        y[t] = (state @ q[t, :, :, None])[..., 0]
    gate = m.silu(m.linear(h, block + "attn_gate"))
    return m.linear(m.norm(y, block + "ssm_norm").reshape(tokens, -1) * gate, block + "ssm_out")
