// NEON with products of two by eight bytes and eight by two (FEAT_I8MM): Neoverse V1 and N2,
// Cortex-A510, Apple M2 and later. As kernels_neon_dotprod.c, but prefill multiplies two rows by a
// token's high and low bytes at once, twice as many an instruction.
#define VL 4
#define TILE_ROWS 8
#define FN(name) realm_neon_i8mm_##name
#define DOTS
#define DOTS_TOGETHER
#include "kernels.inc"
