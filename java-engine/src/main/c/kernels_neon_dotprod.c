// NEON with products of four bytes to a sum (FEAT_DotProd): Cortex-A76, Neoverse N1, Apple M1 and
// later. Decode and prefill multiply bytes where weights are integers, and f32 where not.
#define VL 4
#define TILE_ROWS 8
#define FN(name) realm_neon_dotprod_##name
#define DOTS
#define DOTS_TOGETHER
#include "kernels.inc"
