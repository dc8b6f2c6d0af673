// AMX with BF16 tiles: prefill multiplies 16 tokens by 16 rows of a matrix over 32 columns in one
// instruction. Weights and activations are rounded to bf16. Decode is that of
// kernels_avx512_vnni.c, everything else f32 as in kernels_avx512.c. Few tokens go the same way:
// tiles that they leave half empty take less time than the unpacking of the weights.
#define VL 16
#define TILE_ROWS 12
#define FN(name) realm_amx_bf16_##name
#define OWN_MATMUL
#define EACH_ROUNDS
#include <immintrin.h>

#include "kernels.inc"

// A panel of 512 rows by 512 columns stays in the second cache while all tokens pass, 32 at a time;
// their 32 by 512 stay in the first.
enum { PANELS = 16, DEPTH_SPAN = 512, LONGEST_DEPTH_SPAN = 576, TOKENS = 32 };

// Eight tiles of 16 rows of 64 bytes: palette, first row, 14 bytes of zeros; then each tile's bytes
// a row in 16 bits, and each tile's rows in 8, of 16 tiles of which a CPU has eight.
static const struct {
  uint8_t palette, start, zeros[14];
  uint16_t bytes[16];
  uint8_t rows[16];
} SHAPES = {.palette = 1,
            .bytes = {64, 64, 64, 64, 64, 64, 64, 64},
            .rows = {16, 16, 16, 16, 16, 16, 16, 16}};

_Static_assert(sizeof SHAPES == 64, "a configuration has 64 bytes");

// c[i][n] (+)= sum_k x[i][k] * panel[k][n] for the panel's 32 columns and 32 rows of pairs, or 16.
// Tiles: 0 to 3 are c, two by two; 4 and 5 the rows of x; 6 and 7 the panel.
INLINE void tile_product(int halves, const uint32_t* x, const uint32_t* panel, int64_t pairs_deep,
                         float* c, int64_t c_stride, int add) {
  const int64_t c_bytes = c_stride * (int64_t)sizeof(float), x_bytes = pairs_deep * 4;
  const int64_t panel_bytes = UNIT * 4;
  const uint32_t* lower_x = x + 16 * pairs_deep;
  float* lower = c + 16 * c_stride;
  if (add) {
    _tile_loadd(0, c, c_bytes);
    _tile_loadd(1, c + 16, c_bytes);
    if (halves == 2) {
      _tile_loadd(2, lower, c_bytes);
      _tile_loadd(3, lower + 16, c_bytes);
    }
  } else {
    _tile_zero(0);
    _tile_zero(1);
    if (halves == 2) {
      _tile_zero(2);
      _tile_zero(3);
    }
  }
  for (int64_t k = 0; k < pairs_deep; k += 16) {
    _tile_loadd(4, x + k, x_bytes);
    _tile_loadd(6, panel + k * UNIT, panel_bytes);
    _tile_dpbf16ps(0, 4, 6);
    _tile_loadd(7, panel + k * UNIT + 16, panel_bytes);
    _tile_dpbf16ps(1, 4, 7);
    if (halves == 2) {
      _tile_loadd(5, lower_x + k, x_bytes);
      _tile_dpbf16ps(2, 5, 6);
      _tile_dpbf16ps(3, 5, 7);
    }
  }
  _tile_stored(0, c, c_bytes);
  _tile_stored(1, c + 16, c_bytes);
  if (halves == 2) {
    _tile_stored(2, lower, c_bytes);
    _tile_stored(3, lower + 16, c_bytes);
  }
}

// The same for up to 32 rows of x and as many columns of the panel as c has. Tiles stay whole: what
// is not c's goes to a block beside it. Numbers of rows and columns that are not c's are any, and
// so are their sums.
static void block_product(const uint32_t* x, int64_t rows, const uint32_t* panel,
                          int64_t pairs_deep, float* c, int64_t c_stride, int64_t columns,
                          int add) {
  float block[TOKENS * UNIT] __attribute__((aligned(64)));
  const int whole = rows % 16 == 0 && columns >= UNIT;
  const int64_t used = columns < UNIT ? columns : UNIT;
  float* to = whole ? c : block;
  const int64_t stride = whole ? c_stride : UNIT;
  if (!whole && add) copy_rows(c, c_stride, block, UNIT, rows, used);
  // For compilers whose tile loads do not name the memory that they read.
  __asm__ volatile("" ::: "memory");
  if (rows > 16) {
    tile_product(2, x, panel, pairs_deep, to, stride, add);
  } else {
    tile_product(1, x, panel, pairs_deep, to, stride, add);
  }
  if (!whole) copy_rows(block, UNIT, c, c_stride, rows, used);
}

#include "bf16.inc"

// Whether the weights of a layout have more bits than bf16 keeps, and are multiplied in f32.
static int exceeds_bf16(int64_t layout) { return layout == REALM_F32 || layout == REALM_ROWS_F16; }

void FN(matmul)(const uint8_t* matrix, const float* x, float* scratch, float* y, int64_t layout,
                int64_t columns, int64_t rows, int64_t unit, int64_t end, int64_t tokens,
                int64_t stride) {
  if (exceeds_bf16(layout)) {
    matmul_f32(LAYOUTS + layout, matrix, x, scratch, y, columns, rows, unit, end, tokens, stride);
    return;
  }
  _tile_loadconfig(&SHAPES);
  matmul_bf16(LAYOUTS + layout, matrix, x, scratch, y, columns, rows, unit, end, tokens, stride);
  _tile_release();  // Whoever saves this thread's state has no tiles to save.
}
