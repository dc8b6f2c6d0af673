"""Gemma 3n (Gemma Team 2025): four streams that predict each other (AltUp, Baykal et al. 2023), a
residual of low rank beside the attention (LAuReL, Menghani et al. 2024), an input of each token in
every layer, and sparse gates in the first layers."""

import math

import numpy as np

from .layer_inputs import gated_input, layer_input_recipe, layer_inputs
from .recipe import Recipe

STREAMS, INPUTS, LAUREL_RANK = 4, 256, 64

# Layers whose gates are sparse; layers with keys and values of their own.
SPARSE, OWN = 10, 20
PERIOD = 5  # of layers, of which the last sees everything

# Of a normal distribution 5 % lie further above the mean, in deviations.
QUANTILE = 1.6448533535003662


def gemma3n(r: Recipe):
    r.layers, r.tied, r.feed_forward = 22, True, 256
    r.decoder_keys(
        rope__freq_base=100000.0,
        attention__sliding_window=32,
        embedding_length_per_layer_input=INPUTS,
        final_logit_softcapping=30.0,
    )
    r.embedding(0.06)
    r.head(2.0)
    square = (STREAMS - 1, r.width, r.width)
    r.normal("altup_proj.weight", square, 1 / math.sqrt(r.width))
    r.normal("altup_unembd_proj.weight", square, 1 / math.sqrt(r.width))
    layer_input_recipe(r, INPUTS)
    for block in r.blocks():
        r.norm(block + "attn_norm", r.width)
        r.attention(block)
        r.norm(block + "attn_q_norm", r.head_dim, 0.5)
        r.norm(block + "attn_k_norm", r.head_dim, 0.5)
        r.norm(block + "post_attention_norm", r.width, 0.4)
        r.norm(block + "ffn_norm", r.width)
        r.gated(block)
        r.norm(block + "post_ffw_norm", r.width, 0.4)
        r.linear(block + "inp_gate", INPUTS, r.width, 1.2)
        r.linear(block + "proj", r.width, INPUTS, 1.2)
        r.norm(block + "post_norm", r.width, 0.25)
        altup(r, block)
        r.linear(block + "laurel_l", LAUREL_RANK, r.width)
        r.linear(block + "laurel_r", r.width, LAUREL_RANK)
        r.norm(block + "laurel_post_norm", r.width, 0.3)


def altup(r, block):
    r.normal(block + "altup_correct_coef.weight", (STREAMS, STREAMS), 0.3)
    r.norm(block + "altup_correct_scale", r.width)
    r.normal(block + "altup_predict_coef.weight", (STREAMS * STREAMS, STREAMS), 0.12)
    r.normal(block + "altup_router.weight", (STREAMS, r.width), 12.0)
    r.norm(block + "altup_router_norm", r.width)


def hidden(m, ids):
    x = m.embedding(ids) * math.sqrt(m.width)
    inputs = layer_inputs(m, ids, x)
    streams = spread(m, x)
    kept = {}
    for layer in range(m.layers):
        block = f"blk.{layer}."
        predicted = predict(m, streams, block)
        active = activate(m, predicted[0], block, layer, kept)
        corrected = correct(m, predicted, active, block)
        scaled = corrected[0] * m.weights[block + "altup_correct_scale.weight"]
        added = gated_input(m, scaled, inputs[:, layer], block)
        streams = np.concatenate([corrected[:1], corrected[1:] + added])
    return merge(m, streams)


def length(x):
    return np.sqrt((x * x).sum(-1, keepdims=True))


def spread(m, x):
    """(streams, T, width): the stream itself, and projections of it as long as it is."""
    y = np.einsum("ti,noi->nto", x, m.weights["altup_proj.weight"])
    return np.concatenate([x[None], y * length(x) / length(y)])


def merge(m, streams):
    """The mean of the streams, each projected back and brought to the first one's length."""
    y = np.einsum("nti,noi->nto", streams[1:], m.weights["altup_unembd_proj.weight"])
    y = y * length(streams[0]) / length(y)
    return (streams[0] + y.sum(0)) / STREAMS


def modalities(m, x, block):
    routed = m.norm(x, block + "altup_router_norm") / m.width
    return np.tanh(m.linear(routed, block + "altup_router"))


def predict(m, streams, block):
    """Each stream plus a sum of all, by coefficients that the first one decides."""
    by = m.linear(modalities(m, streams[0], block), block + "altup_predict_coef")
    by = by.reshape(-1, STREAMS, STREAMS)  # (T, to, from)
    return streams + np.einsum("tij,jtd->itd", by, streams)


def correct(m, predicted, active, block):
    """Each stream plus a part of what the first one's prediction missed."""
    by = m.linear(modalities(m, active, block), block + "altup_correct_coef") + 1  # (T, streams)
    return predicted + (active - predicted[0])[None] * by.T[..., None]


def activate(m, x, block, layer, kept):
    """The layer itself, of one stream."""
    h = m.norm(x, block + "attn_norm")
    low = m.linear(m.linear(h, block + "laurel_l"), block + "laurel_r")
    laurel = h + m.norm(low, block + "laurel_post_norm")
    attended = m.norm(attend(m, h, block, layer, kept), block + "post_attention_norm")
    a = (x + attended + laurel) / math.sqrt(2)
    h = m.norm(a, block + "ffn_norm")
    gate = m.linear(h, block + "ffn_gate")
    if layer < SPARSE:
        deviation = gate.std(-1, ddof=1, keepdims=True)
        gate = np.maximum(gate - (gate.mean(-1, keepdims=True) + QUANTILE * deviation), 0)
    fed = m.linear(m.gelu(gate) * m.linear(h, block + "ffn_up"), block + "ffn_down")
    return a + m.norm(fed, block + "post_ffw_norm")


def attend(m, h, block, layer, kept):
    local = layer % PERIOD != PERIOD - 1
    base = 10000.0 if local else m.rope_base
    q, k, v = m.queries_keys_values(h, block)
    q = m.rotate(m.norm(q, block + "attn_q_norm"), base=base)
    if layer < OWN:
        kept[local] = m.rotate(m.norm(k, block + "attn_k_norm"), base=base), m.rms(v)
    sees = m.causal(len(h), m.key("attention.sliding_window") if local else None)
    return m.linear(m.attend(q, *kept[local], sees=sees, scale=1.0), block + "attn_output")
