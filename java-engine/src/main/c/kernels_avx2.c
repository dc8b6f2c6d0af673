// AVX2 and FMA: 16 registers of 8 floats. Prefill multiplies integers as kernels_avx512_vnni.c
// does: a product of pairs and its sum are two instructions, as many as f32 takes for as much, but
// sums are not left to the two units that multiply alone. Decode multiplies bytes where weights are
// such.
#define VL 8
#define TILE_ROWS 6
#define FN(name) realm_avx2_##name
#define ROUNDS
#define EACH_ROUNDS
#define SPLITS
#include <immintrin.h>

#include "kernels.inc"
