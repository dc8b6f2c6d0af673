"""Writes the golden data of the dequantizers: python dequant_golden.py RESOURCES/ai/realm/quant

Needs `pip install gguf numpy`. A file TYPE.bin holds blocks of that type, one after another, and
then the f32 values that the gguf package gives for them (for Q8_K, which the package does not
dequantize, those of the definition, d * q). The scales cover zeros, the least and the largest
subnormals, the largest finite values, both signs; the rest of a block is all zeros, all ones, or
random.
"""

import sys
from pathlib import Path

import numpy as np
from gguf import GGML_QUANT_SIZES, GGMLQuantizationType as Type
from gguf.quants import dequantize

# Where a block holds its f16 scales.
HALVES = {
    Type.Q4_0: [0],
    Type.Q4_1: [0, 2],
    Type.Q5_0: [0],
    Type.Q5_1: [0, 2],
    Type.Q8_0: [0],
    Type.Q2_K: [80, 82],
    Type.Q3_K: [108],
    Type.Q4_K: [0, 2],
    Type.Q5_K: [0, 2],
    Type.Q6_K: [208],
    Type.IQ4_NL: [0],
    Type.IQ4_XS: [0],
    Type.MXFP4: [],
    Type.NVFP4: [],
    Type.IQ3_XXS: [0],
    Type.IQ3_S: [0],
    Type.IQ2_XXS: [0],
    Type.IQ2_XS: [0],
    Type.IQ2_S: [0],
    Type.IQ1_S: [0],
    Type.IQ1_M: [],
    Type.TQ1_0: [52],
    Type.TQ2_0: [64],
}
EXTREME_HALVES = [0x0000, 0x8000, 0x0001, 0x8001, 0x03FF, 0x0400, 0x7BFF, 0xFBFF, 0x3C00]
# Of MXFP4's exponents, the least and those up to which all values are finite.
EXTREME_EXPONENTS = [0, 1, 2, 3, 127, 128, 251, 252]
EXTREME_SINGLES = [0x00000000, 0x80000000, 0x00000001, 0x807FFFFF, 0x00800000, 0x7BFFFFFF, 0x3F800000]


def finite_half(random):
    while True:
        bits = int(random.integers(0, 1 << 16))
        if bits & 0x7C00 != 0x7C00:
            return bits


def scatter(block, bits):
    """The scale of IQ1_M: four bits in the high ones of each second byte of the last eight."""
    for part in range(4):
        block[49 + 2 * part] = block[49 + 2 * part] & 15 | (bits >> 4 * part & 15) << 4


def quantized_blocks(kind, random):
    size = GGML_QUANT_SIZES[kind][1]
    blocks = []
    for index in range(18):
        fill = {0: 0x00, 1: 0xFF, 6: 0x00, 7: 0xFF}.get(index)
        block = random.integers(0, 256, size, dtype=np.uint8) if fill is None else np.full(size, fill, np.uint8)
        for position, at in enumerate(HALVES[kind]):
            # The second scale of a block walks through the extremes in another order.
            extreme = EXTREME_HALVES[(index * (1 + 3 * position) + position) % len(EXTREME_HALVES)]
            bits = extreme if index % 2 == 0 or index < 8 else finite_half(random)
            block[at : at + 2] = np.array([bits], "<u2").view(np.uint8)
        if kind == Type.IQ1_M:
            scatter(block, EXTREME_HALVES[index % 9] if index < 9 else finite_half(random))
        if kind == Type.MXFP4:
            block[0] = EXTREME_EXPONENTS[index] if index < 8 else random.integers(0, 253)
        blocks.append(block)
    return np.stack(blocks)


def q8_k(random):
    scales = EXTREME_SINGLES + [int(random.normal(0, 1e-3).__abs__() * 2**30) for _ in range(5)]
    d = np.array(scales, "<u4").view("<f4").reshape(-1, 1)
    q = random.integers(-128, 128, (len(scales), 256), dtype=np.int8)
    q[0, :2] = [-128, 127]
    sums = q.reshape(-1, 16, 16).astype("<i2").sum(axis=2, dtype="<i2")
    blocks = np.concatenate([d.view(np.uint8), q.view(np.uint8), sums.view(np.uint8)], axis=1)
    return blocks, d * q.astype(np.float32)


def plain(kind, random):
    if kind == Type.F32:
        bits = random.integers(0, 1 << 32, 256, dtype=np.uint64).astype("<u4")
        bits[: len(EXTREME_SINGLES)] = EXTREME_SINGLES
        bits = bits[bits & 0x7F800000 != 0x7F800000]
    elif kind == Type.F16:
        bits = np.array(EXTREME_HALVES + [finite_half(random) for _ in range(1000)], "<u2")
    else:
        bits = random.integers(0, 1 << 16, 512).astype("<u2")
        bits = bits[bits & 0x7F80 != 0x7F80]
    return bits.view(np.uint8).reshape(1, -1)


def main(folder):
    for kind in [Type.F32, Type.F16, Type.BF16, *HALVES, Type.Q8_K]:
        random = np.random.Generator(np.random.PCG64(int(kind)))
        if kind == Type.Q8_K:
            blocks, values = q8_k(random)
        else:
            blocks = quantized_blocks(kind, random) if kind in HALVES else plain(kind, random)
            values = dequantize(
                blocks.view({Type.F32: "<f4", Type.F16: "<f2"}.get(kind, np.uint8)), kind
            )
        assert np.isfinite(values).all(), kind
        data = blocks.tobytes() + values.astype("<f4").tobytes()
        (folder / f"{kind.name}.bin").write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
