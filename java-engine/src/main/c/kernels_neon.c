// NEON, which every ARM CPU of 64 bits has: 32 registers of 4 floats. Prefill is f32. Decode
// multiplies bytes where weights are integers: though four products of bytes take four
// instructions here, and two for the sums of high and low ones, that is half of what widening each
// weight to f32 takes.
#define VL 4
#define TILE_ROWS 8
#define FN(name) realm_neon_##name
#define DOTS
#include "kernels.inc"
