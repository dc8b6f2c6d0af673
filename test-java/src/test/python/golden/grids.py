"""Quantizers to the types that choose several weights at once from a grid: the nearest point for a
scale that is taken from the extremes, found by trying all.

The grids are those of the gguf package. A block's layout is that of ggml's `ggml-common.h`.
"""

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import quants

from .rows import joined

POWERS = 1 << np.arange(8)


def grid_of(kind):
    """The points of a type, (points, weights)."""
    quants_of = getattr(quants, kind.name)
    quants_of.init_grid()
    return np.asarray(quants_of.grid, np.float32).reshape(quants_of.grid_shape)


def nearest(points, x):
    """The index of the point nearest to each row of x."""
    half_squares = (points * points).sum(-1) / 2
    found = [(half_squares - chunk @ points.T).argmin(-1) for chunk in np.array_split(x, len(x) // 4096 + 1)]
    return np.concatenate(found)


def scaled(x, largest, parts, most):
    """d, and s of each sub-block, so that d (2 s + 1) times `largest` is about a sub-block's extreme."""
    extreme = np.abs(x).max(-1) / np.float32(largest)
    d = (extreme.max(-1) / (2 * most + 1)).astype(np.float16)
    wide = np.maximum(d.astype(np.float32), 1e-12)[:, None]
    s = np.clip(np.round((extreme / wide - 1) / 2), 0, most).astype(np.uint32)
    return d, s, (wide * (2 * s + 1))[..., None]


def chosen(x, scale, kind, even):
    """The points of magnitudes, and bits for the signs of eight weights each."""
    points = grid_of(kind)
    units = (x / scale).reshape(len(x), -1, 8)
    negative = units < 0
    if even:
        odd = negative.sum(-1) % 2 == 1
        least = np.abs(units).argmin(-1)[..., None]
        flipped = np.take_along_axis(negative, least, -1) ^ odd[..., None]
        np.put_along_axis(negative, least, flipped, -1)
    magnitudes = np.where(negative, -units, units).reshape(-1, points.shape[1])
    signs = (negative * POWERS).sum(-1).astype(np.uint32)
    return nearest(points, magnitudes).reshape(len(x), -1).astype(np.uint32), signs


def pairs(s):
    """Two of four bits a byte, the first in the low ones."""
    return (s[:, 0::2] | s[:, 1::2] << 4).astype(np.uint8)


def sevens(signs, s):
    """Four times seven signs and a scale of four bits in 32."""
    signs = (signs & 127).reshape(len(signs), 8, 4)
    return (signs << (7 * np.arange(4, dtype=np.uint32))).sum(-1).astype("<u4") | (s << 28).astype("<u4")


def iq2_xxs(weights):
    x = weights.astype(np.float32).reshape(-1, 8, 32)
    d, s, scale = scaled(x, 43, 8, 15)
    points, signs = chosen(x, scale, Type.IQ2_XXS, True)
    sub_blocks = [points.astype(np.uint8).reshape(-1, 8, 4), sevens(signs, s)[..., None].view(np.uint8)]
    return joined(weights, 256, 66, eighth(d), np.concatenate(sub_blocks, -1))


def iq2_xs(weights):
    x = weights.astype(np.float32).reshape(-1, 16, 16)
    d, s, scale = scaled(x, 43, 16, 15)
    points, signs = chosen(x, scale, Type.IQ2_XS, True)
    return joined(weights, 256, 74, eighth(d), (points | (signs & 127) << 9).astype("<u2"), pairs(s))


def iq2_s(weights):
    x = weights.astype(np.float32).reshape(-1, 16, 16)
    d, s, scale = scaled(x, 43, 16, 15)
    points, signs = chosen(x, scale, Type.IQ2_S, False)
    high = ((points >> 8).reshape(-1, 8, 4) << (2 * np.arange(4, dtype=np.uint32))).sum(-1)
    return joined(
        weights, 256, 82, eighth(d), points.astype(np.uint8), signs.astype(np.uint8),
        high.astype(np.uint8), pairs(s),
    )


def iq3_xxs(weights):
    x = weights.astype(np.float32).reshape(-1, 8, 32)
    d, s, scale = scaled(x, 62, 8, 15)
    points, signs = chosen(x, scale, Type.IQ3_XXS, True)
    return joined(weights, 256, 98, (d * 4).astype(np.float16), points.astype(np.uint8), sevens(signs, s))


def iq3_s(weights):
    x = weights.astype(np.float32).reshape(-1, 8, 32)
    d, s, scale = scaled(x, 15, 8, 15)
    points, signs = chosen(x, scale, Type.IQ3_S, False)
    ninth = ((points >> 8).reshape(-1, 8, 8) * POWERS).sum(-1)
    return joined(
        weights, 256, 110, d, points.astype(np.uint8), ninth.astype(np.uint8),
        signs.astype(np.uint8), pairs(s),
    )


def eighth(d):
    """A scale of units that are eight times as large in the file."""
    return (d * 8).astype(np.float16)


def ternary(x, scale):
    """The points of IQ1, and whether an eighth is subtracted."""
    points = grid_of(Type.IQ1_S)
    units = (x / scale).reshape(-1, 8)
    indices = [nearest(points, units - eighths) for eighths in (0.125, -0.125)]
    misses = [((points[i] + e - units) ** 2).sum(-1) for i, e in zip(indices, (0.125, -0.125))]
    return indices, misses


def iq1_s(weights):
    x = weights.astype(np.float32).reshape(-1, 8, 32)
    d, s, scale = scaled(x, 1.125, 8, 7)
    indices, misses = ternary(x, scale)
    totals = [each.reshape(-1, 8, 4).sum(-1) for each in misses]
    less = totals[1] < totals[0]
    points = np.where(less[..., None], *[i.reshape(-1, 8, 4) for i in (indices[1], indices[0])]).astype(np.uint32)
    high = ((points >> 8) << (3 * np.arange(4, dtype=np.uint32))).sum(-1)
    bits = (high | s << 12 | less.astype(np.uint32) << 15).astype("<u2")
    return joined(weights, 256, 50, d, points.astype(np.uint8), bits)


def iq1_m(weights):
    x = weights.astype(np.float32).reshape(-1, 16, 16)
    d, s, scale = scaled(x, 1.125, 16, 7)
    indices, misses = ternary(x, scale)
    less = (misses[1] < misses[0]).reshape(-1, 32)
    points = np.where(less, indices[1].reshape(-1, 32), indices[0].reshape(-1, 32)).astype(np.uint32)
    high = pairs(points >> 8 | less.astype(np.uint32) << 3)
    words = (s.reshape(-1, 4, 4) << (3 * np.arange(4, dtype=np.uint32))).sum(-1)
    of_d = d.view(np.uint16).astype(np.uint32)[:, None] >> (4 * np.arange(4, dtype=np.uint32)) & 15
    return joined(weights, 256, 56, points.astype(np.uint8), high, (words | of_d << 12).astype("<u2"))


QUANTIZERS = {
    Type.IQ3_S: iq3_s,
    Type.IQ3_XXS: iq3_xxs,
    Type.IQ2_S: iq2_s,
    Type.IQ2_XS: iq2_xs,
    Type.IQ2_XXS: iq2_xxs,
    Type.IQ1_M: iq1_m,
    Type.IQ1_S: iq1_s,
}
