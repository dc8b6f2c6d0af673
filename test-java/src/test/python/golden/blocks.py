"""Quantizers: float weights to the blocks of a GGUF's tensor types.

They take each block's scale from its extremes and search for nothing better: the tests need valid
blocks, not good ones. A block's layout is that of ggml's `ggml-common.h`. Types without a function
here are the gguf package's own.
"""

import numpy as np
from gguf import GGMLQuantizationType as Type
from gguf import quants
from gguf.quants import dequantize, quantize

from . import grids
from .rows import joined

# The sixteen values that a nibble of IQ4_NL and IQ4_XS stands for.
IQ4_VALUES = np.array(
    [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113], np.float32
)


def encode(weights, kind):
    """The blocks of `weights` (..., columns) as `kind` stores them; floats for F32 and F16."""
    if kind == Type.F32:
        return weights.astype(np.float32)
    if kind == Type.F16:
        return weights.astype(np.float16)
    return QUANTIZERS[kind](weights) if kind in QUANTIZERS else quantize(weights, kind)


def decode(blocks, kind):
    """What the blocks of a file stand for, in float32."""
    return dequantize(blocks, kind).astype(np.float32)


def half_up(x):
    return np.floor(x + 0.5)


def divide(a, b):
    """a / b, and 0 where b is 0."""
    shape = np.broadcast_shapes(a.shape, b.shape)
    return np.divide(a, b, out=np.zeros(shape, np.float32), where=b != 0)


def half(x):
    """A scale as F16, and the value that is left of it as a column."""
    rounded = x.astype(np.float16)
    return rounded, rounded.astype(np.float32)[:, None]


def scale_of_extreme(x, q):
    """The scale by which the value furthest from 0 in the last axis becomes q."""
    at = np.abs(x).argmax(-1)[..., None]
    return np.take_along_axis(x, at, -1)[..., 0] / np.float32(q)


def scaled_with_minimums(x, most, most_scale):
    """d, dmin: F16; sc, m up to `most_scale`; q up to `most`, of the last axis: d sc q - dmin m."""
    least = np.minimum(x.min(-1), 0)
    scale, least = (x.max(-1) - least) / most, -least
    d, d_wide = half(scale.max(-1) / most_scale)
    dmin, dmin_wide = half(least.max(-1) / most_scale)
    sc = np.clip(half_up(divide(scale, d_wide)), 0, most_scale)
    m = np.clip(half_up(divide(least, dmin_wide)), 0, most_scale)
    q = half_up(divide(x + (dmin_wide * m)[..., None], (d_wide * sc)[..., None]))
    q = np.clip(q, 0, most).astype(np.uint8)
    return d, dmin, sc.astype(np.uint8), m.astype(np.uint8), q


def scales_of_six_bits(weights, most):
    """d, dmin; 8 scales and 8 minima of 6 bits in 12 bytes; q up to `most`."""
    x = weights.astype(np.float32).reshape(-1, 8, 32)
    d, dmin, sc, m, q = scaled_with_minimums(x, most, 63)
    packed = np.concatenate(
        [
            sc[:, :4] | ((sc[:, 4:] >> 4) << 6),
            m[:, :4] | ((m[:, 4:] >> 4) << 6),
            (sc[:, 4:] & 15) | ((m[:, 4:] & 15) << 4),
        ],
        1,
    )
    return d, dmin, packed, q


def q4_k(weights):
    """Scales and minima; 256 nibbles, those of two sub-blocks in 32 bytes."""
    d, dmin, packed, q = scales_of_six_bits(weights, 15)
    return joined(weights, 256, 144, d, dmin, packed, q[:, 0::2] | (q[:, 1::2] << 4))


def q5_k(weights):
    """Scales and minima; fifth bits, bit s of 32 bytes those of sub-block s; nibbles as in Q4_K."""
    d, dmin, packed, q = scales_of_six_bits(weights, 31)
    fifth = np.zeros_like(q[:, 0])
    for s in range(8):
        fifth |= (q[:, s] >> 4) << s
    low = (q[:, 0::2] & 15) | ((q[:, 1::2] & 15) << 4)
    return joined(weights, 256, 176, d, dmin, packed, fifth, low)


def twos(q):
    """256 pairs of bits in 64 bytes: byte l of half h has 128 h + 32 k + l in bits 2 k on."""
    q = q.reshape(-1, 2, 4, 32)
    return q[:, :, 0] | (q[:, :, 1] << 2) | (q[:, :, 2] << 4) | (q[:, :, 3] << 6)


def q3_k(weights):
    """256 third bits; low pairs; 16 scales of 6 bits; d: F16: w = d (sc - 32) (q - 4)."""
    x = weights.astype(np.float32).reshape(-1, 16, 16)
    scale = scale_of_extreme(x, -4)
    d, d_wide = half(scale_of_extreme(scale, -32))
    sc = np.clip(half_up(divide(scale, d_wide)), -32, 31)
    q = np.clip(half_up(divide(x, (d_wide * sc)[..., None])), -4, 3) + 4
    q, sc = q.astype(np.uint8), (sc + 32).astype(np.uint8)
    thirds = (q >> 2).reshape(-1, 8, 32)
    third = np.zeros_like(thirds[:, 0])
    for k in range(8):
        third |= thirds[:, k] << k
    low = (sc[:, :8] & 15) | ((sc[:, 8:] & 15) << 4)
    high = np.zeros_like(sc[:, :4])
    for k in range(4):
        high |= (sc[:, 4 * k : 4 * k + 4] >> 4) << (2 * k)
    return joined(weights, 256, 110, third, twos(q & 3), low, high, d)


def q2_k(weights):
    """16 scales and minima of 4 bits; pairs of bits; d, dmin: F16: w = d sc q - dmin m."""
    x = weights.astype(np.float32).reshape(-1, 16, 16)
    d, dmin, sc, m, q = scaled_with_minimums(x, 3, 15)
    return joined(weights, 256, 84, sc | (m << 4), twos(q), d, dmin)


def q6_k(weights):
    """256 low nibbles; 256 pairs of high bits; 16 scales of 8 bits; d: F16: w = d sc (q - 32)."""
    x = weights.astype(np.float32).reshape(-1, 16, 16)
    scale = scale_of_extreme(x, -32)
    d, d_wide = half(scale_of_extreme(scale, -128))
    sc = np.clip(half_up(divide(scale, d_wide)), -128, 127)
    q = np.clip(half_up(divide(x, (d_wide * sc)[..., None])), -32, 31) + 32
    q = q.astype(np.uint8).reshape(-1, 2, 4, 32)
    low = [(q[:, :, i] & 15) | ((q[:, :, i + 2] & 15) << 4) for i in (0, 1)]
    high = (
        (q[:, :, 0] >> 4)
        | ((q[:, :, 1] >> 4) << 2)
        | ((q[:, :, 2] >> 4) << 4)
        | ((q[:, :, 3] >> 4) << 6)
    )
    return joined(weights, 256, 210, np.stack(low, 2), high, sc.astype(np.int8), d)


def nearest_iq4(x):
    return np.abs(x[..., None] - IQ4_VALUES).argmin(-1).astype(np.uint8)


def iq4_nl(weights):
    """d: F16; 32 nibbles, the first half of a block in the low ones: w = d IQ4_VALUES[q]."""
    x = weights.astype(np.float32).reshape(-1, 32)
    d, d_wide = half(scale_of_extreme(x, -127))
    q = nearest_iq4(divide(x, d_wide))
    return joined(weights, 32, 18, d, q[:, :16] | (q[:, 16:] << 4))


def iq4_xs(weights):
    """d: F16; 8 scales of 6 bits, high bits first; 256 nibbles: w = d (sc - 32) IQ4_VALUES[q]."""
    x = weights.astype(np.float32).reshape(-1, 8, 32)
    scale = scale_of_extreme(x, -127)
    d, d_wide = half(scale_of_extreme(scale, -32))
    sc = np.clip(half_up(divide(scale, d_wide)), -32, 31)
    q = nearest_iq4(divide(x, (d_wide * sc)[..., None]))
    sc = (sc + 32).astype(np.uint16)
    high = np.zeros_like(sc[:, 0])
    for i in range(8):
        high |= (sc[:, i] >> 4) << (2 * i)
    low = ((sc[:, 0::2] & 15) | ((sc[:, 1::2] & 15) << 4)).astype(np.uint8)
    return joined(weights, 256, 136, d, high, low, q[..., :16] | (q[..., 16:] << 4))


def nvfp4(weights):
    """4 scales UE4M3, of 16 values each; 64 nibbles, those of 16 in 8 bytes: w = scale E2M1[q]."""
    x = weights.astype(np.float32).reshape(-1, 4, 16)
    bits = quants.NVFP4.fp32_to_ue4m3(np.abs(x).max(-1) / 6)
    scale = quants.NVFP4.ue4m3_to_fp32(bits).astype(np.float32)
    values = np.array(quants.NVFP4.kvalues, np.float32)
    q = np.abs(divide(x, scale[..., None])[..., None] - values).argmin(-1).astype(np.uint8)
    return joined(weights, 64, 36, bits, q[..., :8] | (q[..., 8:] << 4))


QUANTIZERS = {
    Type.Q4_K: q4_k,
    Type.Q5_K: q5_k,
    Type.Q3_K: q3_k,
    Type.Q2_K: q2_k,
    Type.Q6_K: q6_k,
    Type.IQ4_NL: iq4_nl,
    Type.IQ4_XS: iq4_xs,
    Type.NVFP4: nvfp4,
    **grids.QUANTIZERS,
}
