// AVX-512 F, DQ, BW and VL: 32 registers of 16 floats.
#define VL 16
#define TILE_ROWS 12
#define FN(name) realm_avx512_##name
#include "kernels.inc"
