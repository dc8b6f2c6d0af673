// Vectors of pairs of 16-bit integers, VL pairs each, and what multiplying them takes: all that
// depends on the width but what vectors.h has.
#ifndef REALM_PAIRS_H_
#define REALM_PAIRS_H_

#include "kernels.h"
#include "vectors.h"

// Columns of a token that have one scale where its activations are rounded.
enum { SCALE_RUN = 128 };

// A line is a token's activations: pair k at k, then the runs' scales, then the sums of 32 columns
// each.
INLINE int64_t line_words(int64_t columns) { return columns / 8 * 5; }

INLINE float* line_scales(uint32_t* line, int64_t columns) { return (float*)(line + columns / 2); }

INLINE float* line_sums(uint32_t* line, int64_t columns) {
  return line_scales(line, columns) + (columns + SCALE_RUN - 1) / SCALE_RUN;
}

#if VL == 16
// The parts of a token's line where it goes through products by itself.
struct each_line {
  const uint32_t* pairs;
  const float* scales;  // of each scale run
  const float* sums;    // of 32 columns each, of what they were rounded to
  int64_t words;        // from here to the same of the next token
  const float* floats;  // sums of 16 columns each, of what they are: of all tokens
};

INLINE int64_t each_line_words(int64_t columns) { return line_words(columns); }

INLINE struct each_line each_line_of(uint32_t* line, int64_t columns) {
  return (struct each_line){.pairs = line,
                            .scales = line_scales(line, columns),
                            .sums = line_sums(line, columns),
                            .words = line_words(columns)};
}
#endif

typedef int16_t vp __attribute__((vector_size(4 * VL)));

INLINE vp load_pairs(const uint32_t* p) {
  vp v;
  memcpy(&v, p, sizeof v);
  return v;
}

// 2 * VL signed bytes as pairs.
INLINE vp pairs_of_bytes(const uint8_t* p) {
#if VL == 16
  return (vp)_mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i*)p));
#else
  return (vp)_mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i*)p));
#endif
}

INLINE void put(uint32_t* to, vp pairs) { memcpy(to, &pairs, sizeof pairs); }

INLINE vp all_pairs(uint32_t pair) { return (vp)((vu){0} + pair); }

// The sums of the products of both halves of a and b.
INLINE vi products(vp a, vp b) {
#if VL == 16
  return (vi)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#else
  return (vi)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#endif
}

// s += the products of both halves of x and w.
INLINE void multiply_pairs(vi* s, vp x, vp w) {
#if VL == 16
  // Written out: GCC copies s for its own function.
  __asm__("vpdpwssd %2, %1, %0" : "+v"(*s) : "v"(x), "v"(w));
#else
  *s += products(x, w);
#ifdef __clang__
  __asm__("" : "+x"(*s));  // In this order: it would keep products in memory for later.
#endif
#endif
}

#if VL == 16
// s += the products of w and one pair, from memory.
INLINE void multiply_pair(vi* s, const uint32_t* x, vp w) {
  __asm__("vpdpwssd %2%{1to16%}, %1, %0" : "+v"(*s) : "v"(w), "m"(*x));
}
#endif

// 2 * VL numbers, rounded to the nearest integers, as pairs.
INLINE vp rounded_pairs(vf low, vf high) {
  // Packing takes turns between its operands, every four numbers.
#if VL == 16
  const __m512i packed =
      _mm512_packs_epi32(_mm512_cvtps_epi32((__m512)low), _mm512_cvtps_epi32((__m512)high));
  return (vp)_mm512_permutexvar_epi64(_mm512_set_epi64(7, 5, 3, 1, 6, 4, 2, 0), packed);
#else
  const __m256i packed =
      _mm256_packs_epi32(_mm256_cvtps_epi32((__m256)low), _mm256_cvtps_epi32((__m256)high));
  return (vp)_mm256_permute4x64_epi64(packed, 0xd8);
#endif
}

// The signed bytes i and j of each word as a pair. Both are constants where inlined.
INLINE vp two_bytes(vu word, int i, int j) {
  const char a = (char)i, b = (char)j;
  // Each to the upper byte of a half, from where it is shifted down with its sign.
  const __m128i order = _mm_setr_epi8(-1, a, -1, b, -1, a + 4, -1, b + 4, -1, a + 8, -1, b + 8, -1,
                                      a + 12, -1, b + 12);
#if VL == 16
  return (vp)_mm512_shuffle_epi8((__m512i)word, _mm512_broadcast_i32x4(order)) >> 8;
#else
  return (vp)_mm256_shuffle_epi8((__m256i)word, _mm256_broadcastsi128_si256(order)) >> 8;
#endif
}

// Pair i of a word of eight nibbles.
INLINE vp two_nibbles(vu word, int i) { return (vp)((word >> (4 * i)) & 0x000F000Fu); }

// Of vectors of integers.
INLINE vi larger_integers(vi a, vi b) {
#if VL == 16
  return (vi)_mm512_max_epi32((__m512i)a, (__m512i)b);
#else
  return (vi)_mm256_max_epi32((__m256i)a, (__m256i)b);
#endif
}

INLINE int32_t largest_integer(vi v) {
#if VL == 16
  return _mm512_reduce_max_epi32((__m512i)v);
#else
  const __m128i four =
      _mm_max_epi32(_mm256_castsi256_si128((__m256i)v), _mm256_extracti128_si256((__m256i)v, 1));
  const __m128i two = _mm_max_epi32(four, _mm_unpackhi_epi64(four, four));
  return _mm_cvtsi128_si32(_mm_max_epi32(two, _mm_shuffle_epi32(two, 1)));
#endif
}

// A vector's sum in pairs of lanes, pairs of these, and so on.
INLINE float sum_by_halves(vf v) {
#if VL == 16
  return _mm512_reduce_add_ps((__m512)v);
#else
  const __m128 four = _mm256_castps256_ps128((__m256)v) + _mm256_extractf128_ps((__m256)v, 1);
  const __m128 two = four + _mm_movehl_ps(four, four);
  return two[0] + two[1];
#endif
}

// The sums of four vectors.
INLINE __m128 sums_of_four(const vf* v) {
#if VL == 16
  const __m512 a = _mm512_unpacklo_ps((__m512)v[0], (__m512)v[1]) +
                   _mm512_unpackhi_ps((__m512)v[0], (__m512)v[1]);
  const __m512 b = _mm512_unpacklo_ps((__m512)v[2], (__m512)v[3]) +
                   _mm512_unpackhi_ps((__m512)v[2], (__m512)v[3]);
  const __m512 low = _mm512_shuffle_ps(a, b, 0x44), high = _mm512_shuffle_ps(a, b, 0xee);
  const __m512 sums = low + high;  // of every four lanes
  const __m512 half = sums + _mm512_shuffle_f32x4(sums, sums, 0x4e);
  return _mm512_castps512_ps128(half + _mm512_shuffle_f32x4(half, half, 0xb1));
#else
  const __m256 a = _mm256_hadd_ps((__m256)v[0], (__m256)v[1]);
  const __m256 b = _mm256_hadd_ps((__m256)v[2], (__m256)v[3]);
  const __m256 sums = _mm256_hadd_ps(a, b);  // of every four lanes
  return _mm256_castps256_ps128(sums) + _mm256_extractf128_ps(sums, 1);
#endif
}

// The first lanes of a vector: `count` of them, which may be more than it has, or none.
#if VL == 16
typedef __mmask16 lanes;

INLINE lanes up_to(int64_t count) {
  return count >= VL ? 0xffff : count <= 0 ? 0 : (lanes)((1u << count) - 1);
}

INLINE vf load_lanes(lanes some, const float* p) { return (vf)_mm512_maskz_loadu_ps(some, p); }

INLINE void store_lanes(float* p, lanes some, vf v) { _mm512_mask_storeu_ps(p, some, (__m512)v); }
#else
typedef vi lanes;

INLINE lanes up_to(int64_t count) {
  const vi lane = {0, 1, 2, 3, 4, 5, 6, 7};
  return lane < (int32_t)(count < VL ? count : VL);
}

INLINE vf load_lanes(lanes some, const float* p) {
  return (vf)_mm256_maskload_ps(p, (__m256i)some);
}

// Whole vectors apart: AMD's processors take ten times as long to store by masks.
INLINE void store_lanes(float* p, lanes some, vf v) {
  if (_mm256_movemask_ps((__m256)some) == 0xff) {
    store(p, v);
  } else {
    _mm256_maskstore_ps(p, (__m256i)some, (__m256)v);
  }
}
#endif

// Eight words of each of 16 rows that lie `stride` bytes apart: word w of row n goes to
// words[w * ROW_GROUP + n]. In the registers, pairs of vectors take turns three times: by words, by
// pairs of words and by fours.
#if VL == 16
INLINE void turn_registers(const uint8_t* block, int64_t stride, uint32_t* words) {
  __m512i v[8], u[8];
  for (int i = 0; i < 8; i++) {  // rows i and i + 8 to a vector
    const __m256i row = _mm256_loadu_si256((const __m256i*)(block + i * stride));
    const __m256i far = _mm256_loadu_si256((const __m256i*)(block + (i + 8) * stride));
    v[i] = _mm512_inserti64x4(_mm512_castsi256_si512(row), far, 1);
  }
  for (int i = 0; i < 8; i += 2) {
    u[i] = _mm512_unpacklo_epi32(v[i], v[i + 1]);
    u[i + 1] = _mm512_unpackhi_epi32(v[i], v[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    for (int j = 0; j < 2; j++) {
      v[i + 2 * j] = _mm512_unpacklo_epi64(u[i + j], u[i + 2 + j]);
      v[i + 2 * j + 1] = _mm512_unpackhi_epi64(u[i + j], u[i + 2 + j]);
    }
  }
  const __m512i low = _mm512_set_epi64(13, 12, 5, 4, 9, 8, 1, 0);
  const __m512i high = _mm512_set_epi64(15, 14, 7, 6, 11, 10, 3, 2);
  for (int w = 0; w < 4; w++) {
    put(words + w * ROW_GROUP, (vp)_mm512_permutex2var_epi64(v[w], low, v[w + 4]));
    put(words + (w + 4) * ROW_GROUP, (vp)_mm512_permutex2var_epi64(v[w], high, v[w + 4]));
  }
}
#else
INLINE void turn_registers(const uint8_t* block, int64_t stride, uint32_t* words) {
  for (int n = 0; n < ROW_GROUP; n += VL, block += VL * stride, words += VL) {
    __m256i v[8], u[8];
    for (int i = 0; i < 8; i++) {
      v[i] = _mm256_loadu_si256((const __m256i*)(block + i * stride));
    }
    for (int i = 0; i < 8; i += 2) {
      u[i] = _mm256_unpacklo_epi32(v[i], v[i + 1]);
      u[i + 1] = _mm256_unpackhi_epi32(v[i], v[i + 1]);
    }
    for (int i = 0; i < 8; i += 4) {
      for (int j = 0; j < 2; j++) {
        v[i + 2 * j] = _mm256_unpacklo_epi64(u[i + j], u[i + 2 + j]);
        v[i + 2 * j + 1] = _mm256_unpackhi_epi64(u[i + j], u[i + 2 + j]);
      }
    }
    for (int w = 0; w < 4; w++) {
      put(words + w * ROW_GROUP, (vp)_mm256_permute2x128_si256(v[w], v[w + 4], 0x20));
      put(words + (w + 4) * ROW_GROUP, (vp)_mm256_permute2x128_si256(v[w], v[w + 4], 0x31));
    }
  }
}
#endif

#endif  // REALM_PAIRS_H_
