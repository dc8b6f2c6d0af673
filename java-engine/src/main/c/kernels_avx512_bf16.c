// AVX-512 with VNNI and BF16: as kernels_avx512_vnni.c, and where weights are bf16, prefill
// multiplies pairs of them and of activations, which are rounded to bf16, into f32 sums.
#define VL 16
#define TILE_ROWS 12
#define FN(name) realm_avx512_bf16_##name
#define OWN_MATMUL
#define ROUNDS
#define EACH_ROUNDS
#include <immintrin.h>

#include "kernels.inc"
enum { PANELS = 4, DEPTH_SPAN = 1024, LONGEST_DEPTH_SPAN = 1024, TOKENS = TILE_ROWS };

// c[i][n] (+)= sum_k x[i][k] * panel[k][n] for n rows of pairs and the panel's 32 columns, of which
// `columns` are stored.
INLINE void pair_tile(int n, const uint32_t* x, const uint32_t* panel, int64_t pairs_deep, float* c,
                      int64_t c_stride, int64_t columns, int add) {
  const __mmask16 first = up_to(columns), second = up_to(columns - 16);
  __m512 s[TILE_ROWS][2];
  for (int i = 0; i < n; i++) {
    s[i][0] = _mm512_maskz_loadu_ps(add ? first : 0, c + i * c_stride);
    s[i][1] = _mm512_maskz_loadu_ps(add ? second : 0, c + i * c_stride + 16);
  }
  for (int64_t k = 0; k < pairs_deep; k++) {
    const __m512bh p0 = (__m512bh)_mm512_loadu_si512(panel + k * UNIT);
    const __m512bh p1 = (__m512bh)_mm512_loadu_si512(panel + k * UNIT + 16);
#pragma GCC unroll 12
    for (int i = 0; i < n; i++) {
      const __m512bh v = (__m512bh)_mm512_set1_epi32((int32_t)x[i * pairs_deep + k]);
      s[i][0] = _mm512_dpbf16_ps(s[i][0], v, p0);
      s[i][1] = _mm512_dpbf16_ps(s[i][1], v, p1);
    }
  }
  for (int i = 0; i < n; i++) {
    _mm512_mask_storeu_ps(c + i * c_stride, first, s[i][0]);
    _mm512_mask_storeu_ps(c + i * c_stride + 16, second, s[i][1]);
  }
}

static void block_product(const uint32_t* x, int64_t rows, const uint32_t* panel,
                          int64_t pairs_deep, float* c, int64_t c_stride, int64_t columns,
                          int add) {
  if (rows == TILE_ROWS) {
    pair_tile(TILE_ROWS, x, panel, pairs_deep, c, c_stride, columns, add);
    return;
  }
  for (; rows >= 4; rows -= 4, x += 4 * pairs_deep, c += 4 * c_stride) {
    pair_tile(4, x, panel, pairs_deep, c, c_stride, columns, add);
  }
  for (; rows > 0; rows--, x += pairs_deep, c += c_stride) {
    pair_tile(1, x, panel, pairs_deep, c, c_stride, columns, add);
  }
}

#include "bf16.inc"

void FN(matmul)(const uint8_t* matrix, const float* x, float* scratch, float* y, int64_t layout,
                int64_t columns, int64_t rows, int64_t unit, int64_t end, int64_t tokens,
                int64_t stride) {
  if (layout == REALM_ROWS_BF16) {
    matmul_bf16(LAYOUTS + layout, matrix, x, scratch, y, columns, rows, unit, end, tokens, stride);
  } else {
    matmul_f32(LAYOUTS + layout, matrix, x, scratch, y, columns, rows, unit, end, tokens, stride);
  }
}
