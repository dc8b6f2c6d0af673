// NEON, which every ARM CPU of 64 bits has: 32 registers of 4 floats.
#define VL 4
#define TILE_ROWS 8
#define FN(name) realm_neon_##name
#include "kernels.inc"
