// SSE4.2, without fused multiplication and addition: 16 registers of 4 floats.
#define VL 4
#define TILE_ROWS 6
#define FN(name) realm_sse4_##name
#include "kernels.inc"
