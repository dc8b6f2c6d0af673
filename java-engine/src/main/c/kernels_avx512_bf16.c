// AVX-512 with BF16 products: prefill multiplies pairs of bf16 into f32 sums, twice as many a cycle
// as f32. Weights and activations are rounded to bf16 once; everything else, and all of decode, is
// f32 as in kernels_avx512.c.
#define VL 16
#define TILE_ROWS 12
#define FN(name) realm_avx512_bf16_##name
#define OWN_MATMUL
#include <immintrin.h>

// clang-format off: each uses what stands before it.
#include "kernels.inc"
#include "bf16.inc"
// clang-format on

// Units whose panels are in the cache together, so that activations are rounded once for all of
// them.
enum { PANELS = 4 };

// c[i][n] = sum_k x[i][k] * panel[k][n] for n rows of pairs and the panel's 32 columns, of which
// `columns` are stored.
INLINE void pair_tile(int n, const uint32_t* x, const uint32_t* panel, int64_t pairs_deep, float* c,
                      int64_t c_stride, int64_t columns) {
  __m512 s[TILE_ROWS][2];
  for (int i = 0; i < n; i++) s[i][0] = s[i][1] = _mm512_setzero_ps();
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
  const __mmask16 first = columns >= 16 ? 0xffff : (__mmask16)((1u << columns) - 1);
  const __mmask16 second = columns >= 32   ? 0xffff
                           : columns <= 16 ? 0
                                           : (__mmask16)((1u << (columns - 16)) - 1);
  for (int i = 0; i < n; i++) {
    _mm512_mask_storeu_ps(c + i * c_stride, first, s[i][0]);
    _mm512_mask_storeu_ps(c + i * c_stride + 16, second, s[i][1]);
  }
}

void FN(matmul)(const uint8_t* matrix, const float* x, float* scratch, float* y, int64_t layout,
                int64_t columns, int64_t rows, int64_t unit, int64_t end, int64_t tokens,
                int64_t stride) {
  if (exceeds_bf16(layout)) {
    matmul_f32(matrix, x, scratch, y, layout, columns, rows, unit, end, tokens, stride);
    return;
  }
  const int64_t panel_words = columns / 2 * UNIT;
  uint32_t* panels = (uint32_t*)scratch;
  uint32_t* lines = panels + PANELS * panel_words;
  float* wide = (float*)(lines + TILE_ROWS * columns / 2);
  for (int64_t u = unit; u < end; u += PANELS) {
    const int64_t count = end - u < PANELS ? end - u : PANELS;
    for (int64_t p = 0; p < count; p++) {
      unpack_unit(layout, matrix, columns, rows, u + p, 0, columns, wide);
      round_panel(wide, columns, panels + p * panel_words);
    }
    for (int64_t t = 0; t < tokens; t += TILE_ROWS) {
      const int64_t height = tokens - t < TILE_ROWS ? tokens - t : TILE_ROWS;
      round_rows(x + t * columns, columns, height, columns, lines);
      for (int64_t p = 0; p < count; p++) {
        const int64_t row = (u + p) * UNIT;
        const uint32_t* panel = panels + p * panel_words;
        float* to = y + t * stride + row;
        int64_t i = 0;
        if (height == TILE_ROWS) {
          pair_tile(TILE_ROWS, lines, panel, columns / 2, to, stride, rows - row);
          i = TILE_ROWS;
        }
        for (; i + 4 <= height; i += 4) {
          pair_tile(4, lines + i * columns / 2, panel, columns / 2, to + i * stride, stride,
                    rows - row);
        }
        for (; i < height; i++) {
          pair_tile(1, lines + i * columns / 2, panel, columns / 2, to + i * stride, stride,
                    rows - row);
        }
      }
    }
  }
}
