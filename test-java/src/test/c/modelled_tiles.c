// kernels_amx_bf16.c with a model in plain C where it has instructions on tiles, for tests on CPUs
// without AMX: what Intel's manual (Software Developer's Manual, volume 2, LDTILECFG, TILELOADD,
// TILESTORED, TILEZERO and TDPBF16PS) has them compute. Where a CPU would fault, the model aborts.
#include <immintrin.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TILES = 8, ROWS = 16, ROW_BYTES = 64 };

struct tile {
  int rows, bytes;
  uint8_t row[ROWS][ROW_BYTES];
};

static __thread struct tile tiles[TILES];
static __thread int configured;

static void require(int holds, const char* rule) {
  if (!holds) {
    fprintf(stderr, "modelled tiles: not so: %s\n", rule);
    abort();
  }
}

static struct tile* use(int number) {
  require(configured, "tiles are configured when they are used");
  require(number >= 0 && number < TILES, "there are eight tiles");
  require(tiles[number].rows > 0, "a tile that is used has a shape");
  return &tiles[number];
}

static void model_loadconfig(const void* config) {
  const uint8_t* byte = config;
  // Ours, not Intel's: each call of a kernel leaves the thread without tiles.
  require(!configured, "the tiles of the last call are released");
  require(byte[0] == 1 && byte[1] == 0, "the palette is 1 and the first row 0");
  for (int i = 2; i < 16; i++) require(byte[i] == 0, "reserved bytes are 0");
  for (int i = 32; i < 48; i++) require(byte[i] == 0, "tiles 8 to 15 have no bytes");
  for (int i = 56; i < 64; i++) require(byte[i] == 0, "tiles 8 to 15 have no rows");
  memset(tiles, 0, sizeof tiles);
  for (int t = 0; t < TILES; t++) {
    tiles[t].bytes = byte[16 + 2 * t] | byte[17 + 2 * t] << 8;
    tiles[t].rows = byte[48 + t];
    require(tiles[t].bytes <= ROW_BYTES, "a row has 64 bytes at most");
    require(tiles[t].rows <= ROWS, "a tile has 16 rows at most");
    require((tiles[t].bytes == 0) == (tiles[t].rows == 0), "a shape has both rows and bytes");
  }
  configured = 1;
}

static void model_release(void) {
  memset(tiles, 0, sizeof tiles);
  configured = 0;
}

static void model_zero(int number) { memset(use(number)->row, 0, sizeof tiles[0].row); }

static void model_loadd(int number, const void* base, int64_t stride) {
  struct tile* tile = use(number);
  memset(tile->row, 0, sizeof tile->row);
  for (int r = 0; r < tile->rows; r++) {
    memcpy(tile->row[r], (const uint8_t*)base + r * stride, (size_t)tile->bytes);
  }
}

static void model_stored(int number, void* base, int64_t stride) {
  const struct tile* tile = use(number);
  for (int r = 0; r < tile->rows; r++) {
    memcpy((uint8_t*)base + r * stride, tile->row[r], (size_t)tile->bytes);
  }
}

// Number i of a row of bf16, as f32.
static float brain(const uint8_t* row, int i) {
  uint16_t high;
  memcpy(&high, row + 2 * i, sizeof high);
  const uint32_t bits = (uint32_t)high << 16;
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// Even and odd columns are summed apart, by fused products in the columns' order; then both are
// added, and then what was there. Out of line: it is computed between two settings of MXCSR.
__attribute__((noinline)) static void multiply(struct tile* c, const struct tile* a,
                                               const struct tile* b) {
  const int columns = c->bytes / 4, pairs = a->bytes / 4;
  float factors[ROWS][2 * ROW_BYTES / 4];
  for (int k = 0; k < pairs; k++) {
    for (int n = 0; n < 2 * columns; n++) factors[k][n] = brain(b->row[k], n);
  }
  for (int m = 0; m < c->rows; m++) {
    float sums[2 * ROW_BYTES / 4] = {0};
    for (int k = 0; k < pairs; k++) {
      const float even = brain(a->row[m], 2 * k), odd = brain(a->row[m], 2 * k + 1);
      for (int n = 0; n < 2 * columns; n += 2) {
        sums[n] = __builtin_fmaf(even, factors[k][n], sums[n]);
        sums[n + 1] = __builtin_fmaf(odd, factors[k][n + 1], sums[n + 1]);
      }
    }
    float line[ROW_BYTES / 4];
    memcpy(line, c->row[m], sizeof line);
    for (int n = 0; n < columns; n++) line[n] += sums[2 * n] + sums[2 * n + 1];
    memcpy(c->row[m], line, sizeof line);
  }
}

static void model_dpbf16ps(int c_number, int a_number, int b_number) {
  struct tile* c = use(c_number);
  const struct tile *a = use(a_number), *b = use(b_number);
  require(c != a && c != b && a != b, "the three tiles of a product differ");
  require(c->bytes % 4 == 0 && a->bytes % 4 == 0 && b->bytes % 4 == 0, "rows are whole numbers");
  require(c->rows == a->rows, "the sums have the rows of the first factor");
  require(c->bytes == b->bytes, "the sums have the columns of the second factor");
  require(a->bytes / 4 == b->rows, "the first factor has the columns that the second has rows");
  // To the nearest even, denormals read and written as zeros, no exceptions.
  const unsigned int before = _mm_getcsr();
  _mm_setcsr(_MM_MASK_MASK | _MM_ROUND_NEAREST | _MM_FLUSH_ZERO_ON | 0x40);
  multiply(c, a, b);
  _mm_setcsr(before);
}

#undef _tile_loadd
#undef _tile_stored
#undef _tile_zero
#undef _tile_dpbf16ps
#define _tile_loadconfig(config) model_loadconfig(config)
#define _tile_release() model_release()
#define _tile_zero(tile) model_zero(tile)
#define _tile_loadd(tile, base, stride) model_loadd(tile, base, stride)
#define _tile_stored(tile, base, stride) model_stored(tile, base, stride)
#define _tile_dpbf16ps(c, a, b) model_dpbf16ps(c, a, b)

#include "kernels_amx_bf16.c"
