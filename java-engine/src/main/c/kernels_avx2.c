// AVX2 and FMA: 16 registers of 8 floats. Decode multiplies bytes where weights are such.
#define VL 8
#define TILE_ROWS 6
#define FN(name) realm_avx2_##name
// clang-format off: each uses what stands before it.
#include "kernels.inc"
#include "split.inc"
#include "decode_split.inc"
// clang-format on
