// AVX2 and FMA: 16 registers of 8 floats.
#define VL 8
#define TILE_ROWS 6
#define FN(name) realm_avx2_##name
#include "kernels.inc"
