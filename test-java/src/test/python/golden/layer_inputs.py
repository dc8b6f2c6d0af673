"""Inputs that each token has in every layer, beside the residual stream: those of Gemma 3n and 4."""

import math

import numpy as np

from . import vocabulary


def layer_input_recipe(r, size):
    """`size` values of each token in each layer."""
    r.normal("per_layer_token_embd.weight", (vocabulary.SIZE, size * r.layers), 0.2)
    r.linear("per_layer_model_proj", size * r.layers, r.width)
    r.norm("per_layer_proj_norm", size)


def layer_inputs(m, ids, x):
    """(T, layers, size): the token's own rows, and a projection of its scaled embedding x."""
    size = m.key("embedding_length_per_layer_input")
    projected = m.linear(x, "per_layer_model_proj") / math.sqrt(m.width)
    projected = m.norm(projected.reshape(len(ids), m.layers, size), "per_layer_proj_norm")
    own = m.weights["per_layer_token_embd.weight"][np.asarray(ids)] * math.sqrt(size)
    return (projected + own.reshape(projected.shape)) / math.sqrt(2)


def gated_input(m, x, layer_input, block):
    """What a layer's input adds to the stream, by a gate that the stream opens."""
    y = m.gelu(m.linear(x, block + "inp_gate")) * layer_input
    return m.norm(m.linear(y, block + "proj"), block + "post_norm")
