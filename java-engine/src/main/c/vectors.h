// Vectors of VL floats, as the compiler's own vector types: one source for every width, and but for
// a few functions for x86-64 and ARM.
#ifndef REALM_VECTORS_H_
#define REALM_VECTORS_H_

#ifdef __aarch64__
#include <arm_neon.h>
#else
#include <immintrin.h>
#endif
#include <stdint.h>
#include <string.h>

typedef float vf __attribute__((vector_size(4 * VL)));
typedef int32_t vi __attribute__((vector_size(4 * VL)));
typedef uint32_t vu __attribute__((vector_size(4 * VL)));
typedef int16_t vh __attribute__((vector_size(2 * VL)));
typedef int8_t vb __attribute__((vector_size(VL)));

#define INLINE static inline __attribute__((always_inline))

INLINE vf load(const float* p) {
  vf v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE void store(float* p, vf v) { memcpy(p, &v, sizeof v); }

INLINE vu words(const uint8_t* p) {
  vu v;
  memcpy(&v, p, sizeof v);
  return v;
}

INLINE vf floats(vi v) { return __builtin_convertvector(v, vf); }

// The low nibble of each word as a float.
#if VL == 16
// One permutation: it reads the low four bits of each index alone.
INLINE vf low_nibble(vu word) {
  const vf values = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  return (vf)_mm512_permutexvar_ps((__m512i)word, (__m512)values);
}
#else
INLINE vf low_nibble(vu word) { return floats((vi)(word & 15)); }
#endif

INLINE vf as_floats(vu bits) {
  vf v;
  memcpy(&v, &bits, sizeof v);
  return v;
}

INLINE vf all(float x) { return x - (vf){0}; }

// F16 whose bits stand, sign-extended, 13 above the low end: the exponent is rebiased by a product.
INLINE vf finite_half_bits(vi shifted) {
  return as_floats((vu)(shifted & (int32_t)0x8FFFE000)) * 0x1p112f;
}

// The same, but for the largest exponent, which is that of infinities and NaN.
INLINE vf half_bits(vi shifted) {
  const int32_t exponent = 0x0F800000;
  const vf v = finite_half_bits(shifted);
  vu bits;
  memcpy(&bits, &v, sizeof bits);
  return as_floats(bits | ((vu)((shifted & exponent) == exponent) & 0x7F800000u));
}

#ifdef __aarch64__
INLINE vf low_half(vu v) {
  return (vf)vcvt_f32_f16(vreinterpret_f16_u16(vmovn_u32((uint32x4_t)v)));
}

INLINE vf high_half(vu v) {
  return (vf)vcvt_f32_f16(vreinterpret_f16_u16(vshrn_n_u32((uint32x4_t)v, 16)));
}
#else
INLINE vf low_half(vu v) { return half_bits((vi)(v << 16) >> 3); }

INLINE vf high_half(vu v) { return half_bits((vi)v >> 3); }
#endif

// F16 in the low or high half of each word; packed scales are finite.
INLINE vf finite_low_half(vu v) { return finite_half_bits((vi)(v << 16) >> 3); }

INLINE vf finite_high_half(vu v) { return finite_half_bits((vi)v >> 3); }

// VL numbers of F16.
INLINE vf widen(const int16_t* p) {
#if VL == 16
  return (vf)_mm512_cvtph_ps(_mm256_loadu_si256((const __m256i*)p));
#elif VL == 8
  return (vf)_mm256_cvtph_ps(_mm_loadu_si128((const __m128i*)p));
#elif defined(__aarch64__)
  return (vf)vcvt_f32_f16(vreinterpret_f16_s16(vld1_s16(p)));
#else
  vh v;
  memcpy(&v, p, sizeof v);
  return half_bits(__builtin_convertvector(v, vi) << 13);
#endif
}

// One number of F16 in all lanes.
INLINE vf all_half(const uint8_t* p) {
  int16_t half;
  memcpy(&half, p, sizeof half);
#if VL == 16
  return (vf)_mm512_cvtph_ps(_mm256_set1_epi16(half));
#elif VL == 8
  return (vf)_mm256_cvtph_ps(_mm_set1_epi16(half));
#elif defined(__aarch64__)
  return (vf)vcvt_f32_f16(vreinterpret_f16_s16(vdup_n_s16(half)));
#else
  return half_bits(((vi){0} + half) << 13);
#endif
}

INLINE vf low_brain_half(vu v) { return as_floats(v << 16); }

INLINE vf high_brain_half(vu v) { return as_floats(v & 0xFFFF0000); }

// VL numbers of BF16.
INLINE vf widen_brain(const int16_t* p) {
#if VL == 16
  return low_brain_half((vu)_mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i*)p)));
#elif VL == 8
  return low_brain_half((vu)_mm256_cvtepu16_epi32(_mm_loadu_si128((const __m128i*)p)));
#elif defined(__aarch64__)
  return (vf)vshll_n_u16(vld1_u16((const uint16_t*)p), 16);
#else
  return low_brain_half((vu)_mm_cvtepu16_epi32(_mm_loadl_epi64((const __m128i*)p)));
#endif
}

// VL signed bytes as words. Written out: the compiler's own conversion takes them one by one.
INLINE vi byte_words(const int8_t* p) {
#if VL == 16
  return (vi)_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i*)p));
#elif VL == 8
  return (vi)_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i*)p));
#elif defined(__aarch64__)
  int32_t four;
  memcpy(&four, p, sizeof four);
  const int16x8_t halves = vmovl_s8(vreinterpret_s8_s32(vdup_n_s32(four)));
  return (vi)vmovl_s16(vget_low_s16(halves));
#else
  return (vi)_mm_cvtepi8_epi32(_mm_loadu_si32(p));
#endif
}

// VL unsigned bytes as words.
INLINE vu unsigned_bytes(const uint8_t* p) { return (vu)byte_words((const int8_t*)p) & 255; }

INLINE vf bytes(const int8_t* p) { return floats(byte_words(p)); }

INLINE float sum(vf v) {
  float s = 0;
  for (int i = 0; i < VL; i++) s += v[i];
  return s;
}

// Asks for the cache lines of `bytes` bytes that are read 4 KiB later. A product reads each line
// once, faster than the processor's own prefetching follows through the short steps of a block.
// GCC would collect the prefetches of several steps, which then wait for each other.
INLINE void read_ahead(const uint8_t* p, int bytes) {
  for (int i = 0; i < bytes; i += 64) {
#ifdef __aarch64__
    __builtin_prefetch(p + 4096 + i);
#else
    __asm__ volatile("prefetcht0 %0" : : "m"(p[4096 + i]));
#endif
  }
}

// e^x for x within +-87.3: 2^n times a polynomial in the rest, after Cephes' expf (Moshier).
INLINE vf exponential(vf x) {
  const vf t = x * 1.44269504f + 12582912.0f;  // rounds to an integer, in the low bits
  const vf n = t - 12582912.0f;
  const vf r = (x - n * 0.693359375f) - n * -2.12194440e-4f;
  vf p = r * 1.9875691500e-4f + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * (r * r) + (r + 1.0f);
  vi bits, exponent;
  memcpy(&bits, &p, sizeof bits);
  memcpy(&exponent, &t, sizeof exponent);
  bits += exponent << 23;
  memcpy(&p, &bits, sizeof p);
  return p;
}

INLINE vf choose(vi mask, vf yes, vf no) {
  vi y, n;
  memcpy(&y, &yes, sizeof y);
  memcpy(&n, &no, sizeof n);
  y = (y & mask) | (n & ~mask);
  memcpy(&yes, &y, sizeof yes);
  return yes;
}

INLINE vf larger(vf a, vf b) { return choose(a > b, a, b); }

INLINE vf smaller(vf a, vf b) { return choose(a < b, a, b); }

#endif  // REALM_VECTORS_H_
