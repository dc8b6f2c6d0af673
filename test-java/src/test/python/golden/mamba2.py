"""Mamba-2 (Dao and Gu 2024), token by token."""

import numpy as np

from .recipe import Recipe

INNER, HEADS, STATE, TAPS = 512, 8, 32, 4


def keys(groups):
    return {
        "ssm__conv_kernel": TAPS,
        "ssm__inner_size": INNER,
        "ssm__state_size": STATE,
        "ssm__time_step_rank": HEADS,
        "ssm__group_count": groups,
    }


def draw_layer(r: Recipe, block, groups):
    channels = INNER + 2 * groups * STATE
    r.linear(block + "ssm_in", INNER + channels + HEADS, r.width, 1.2)
    r.normal(block + "ssm_conv1d.weight", (channels, TAPS), 0.6)
    r.normal(block + "ssm_conv1d.bias", (channels,), 0.2)
    steps = r.random(block + "ssm_dt.bias", (HEADS,)) * np.float32(1.2) - np.float32(2)
    r.tensor(block + "ssm_dt.bias", steps)
    decay = r.random(block + "ssm_a", (HEADS, 1)) * np.float32(0.8) - np.float32(0.5)
    r.tensor(block + "ssm_a", -np.exp(decay))
    r.tensor(block + "ssm_d", 1 + np.float32(0.3) * r.random(block + "ssm_d", (HEADS, 1)))
    norm = block + "ssm_norm.weight"
    r.tensor(norm, 1 + np.float32(0.2) * r.random(norm, (groups, INNER // groups)))
    r.linear(block + "ssm_out", r.width, INNER, 1.2)


def mamba2(r: Recipe):
    r.tied, r.heads, r.kv_heads = True, 0, None
    r.set(
        context_length=2048,
        embedding_length=r.width,
        block_count=r.layers,
        attention__head_count=0,
        feed_forward_length=0,
        attention__layer_norm_rms_epsilon=1e-2,
        **keys(groups=2),
    )
    r.embedding(0.12)
    r.head()
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        draw_layer(r, block, groups=2)


def layer(m, h, block):
    """(T, width): what a layer adds. P values of a head, N of a row of B or C, G groups of heads."""
    tokens, heads, groups = len(h), m.key("ssm.time_step_rank"), m.key("ssm.group_count")
    inner, n = m.key("ssm.inner_size"), m.key("ssm.state_size")
    z, u, dt = np.split(m.linear(h, block + "ssm_in"), [inner, 2 * (inner + groups * n)], -1)
    u = m.silu(m.convolve(u, block + "ssm_conv1d"))
    dt = np.logaddexp(0, dt + m.weights[block + "ssm_dt.bias"])
    x = u[:, :inner].reshape(tokens, heads, -1)
    b, c = (
        np.repeat(part.reshape(tokens, groups, n), heads // groups, 1)
        for part in np.split(u[:, inner:], 2, -1)
    )
    decay = np.exp(dt * m.weights[block + "ssm_a"].reshape(-1))
    state, y = np.zeros((heads, x.shape[-1], n)), np.zeros_like(x)
    for t in range(tokens):
        state = decay[t, :, None, None] * state + (dt[t, :, None] * x[t])[..., None] * b[t, :, None]
        y[t] = (state * c[t, :, None]).sum(-1)
    y = y + x * m.weights[block + "ssm_d"].reshape(heads, 1)
    y = (y.reshape(tokens, inner) * m.silu(z)).reshape(tokens, groups, -1)
    y = y / np.sqrt((y * y).mean(-1, keepdims=True) + m.key("attention.layer_norm_rms_epsilon"))
    y = y * m.weights[block + "ssm_norm.weight"].reshape(groups, -1)
    return m.linear(y.reshape(tokens, inner), block + "ssm_out")


def hidden(m, ids):
    x = m.embedding(ids)
    for index in range(m.layers):
        block = f"blk.{index}."
        x = x + layer(m, m.norm(x, block + "attn_norm"), block)
    return x
