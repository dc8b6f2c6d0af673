// AVX-512 with VNNI: products are of pairs of 16-bit integers into 32-bit sums, twice as many a
// cycle as f32. Weights that are integers are taken exactly, and activations are rounded to 16
// bits; everything else is f32 as in kernels_avx512.c.
#define VL 16
#define TILE_ROWS 12
#define FN(name) realm_avx512_vnni_##name
#define ROUNDS
#define EACH_ROUNDS
#include <immintrin.h>

#include "kernels.inc"
