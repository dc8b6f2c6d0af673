// File blocks to the repacked layouts: what ai.realm.kernels.packed.Packer does, which has the
// layouts' reasons. Each function writes one row of a block to words that are zero.
#include <string.h>

#include "kernels.h"

static uint32_t half(const uint8_t* p) {
  uint16_t h;
  memcpy(&h, p, sizeof h);
  return h;
}

static int is_finite(uint32_t f16) { return (f16 & 0x7c00) != 0x7c00; }

static float half_to_float(uint32_t f16) {
  const uint16_t bits = (uint16_t)f16;
  _Float16 h;
  memcpy(&h, &bits, sizeof h);
  return (float)h;
}

static uint32_t times(float factor, uint32_t f16) {
  const _Float16 product = (_Float16)(factor * half_to_float(f16));
  uint16_t bits;
  memcpy(&bits, &product, sizeof bits);
  return bits;
}

static uint32_t float_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

static uint32_t squeeze(uint64_t nibbles) {
  const uint64_t pairs = (nibbles | nibbles >> 12) & 0x000000FF000000FFull;
  return (uint32_t)(pairs | pairs >> 24) & 0xffff;
}

// The low nibbles of eight bytes: those of even bytes to the low half, of odd bytes to the high
// half.
static uint32_t interleave(uint64_t bytes) {
  return squeeze(bytes & 0x000F000F000F000Full) | squeeze(bytes >> 8 & 0x000F000F000F000Full) << 16;
}

static uint64_t eight(const uint8_t* p) {
  uint64_t v;
  memcpy(&v, p, sizeof v);
  return v;
}

static uint32_t four(const uint8_t* p) {
  uint32_t v;
  memcpy(&v, p, sizeof v);
  return v;
}

static void nibbles(const uint8_t* p, uint32_t* words) {
  words[0] = interleave(eight(p));
  words[ROW_GROUP] = interleave(eight(p + 8));
  words[2 * ROW_GROUP] = interleave(eight(p) >> 4);
  words[3 * ROW_GROUP] = interleave(eight(p + 8) >> 4);
}

static int q4_0(const uint8_t* p, uint32_t* words) {
  const uint32_t d = half(p), m = times(-8, d);
  words[0] = d | m << 16;
  nibbles(p + 2, words + ROW_GROUP);
  return is_finite(d) && is_finite(m);
}

static int q4_1(const uint8_t* p, uint32_t* words) {
  const uint32_t d = half(p), m = half(p + 2);
  words[0] = d | m << 16;
  nibbles(p + 4, words + ROW_GROUP);
  return is_finite(d) && is_finite(m);
}

// d, dmin and the scales and minimums of sub-blocks, of Q4_K and Q5_K.
static int scales_of_k(const uint8_t* p, uint32_t* words) {
  const uint32_t d = half(p), dmin = half(p + 2);
  words[0] = d | dmin << 16;
  for (int w = 0; w < 3; w++) words[(1 + w) * ROW_GROUP] = four(p + 4 + 4 * w);
  return is_finite(d) && is_finite(dmin);
}

static int q4_k(const uint8_t* p, uint32_t* words) {
  const int good = scales_of_k(p, words);
  for (int s = 0; s < 8; s++) {
    for (int w = 0; w < 4; w++) {
      const uint64_t bytes = eight(p + 16 + 32 * (s / 2) + 8 * w);
      words[(4 + 4 * s + w) * ROW_GROUP] = interleave(bytes >> 4 * (s & 1));
    }
  }
  return good;
}

// Columns 8w to 8w + 7 of a block of Q6_K, a byte each: of `low` the low four bits count, of `high`
// the low two.
static void put_six_bits(uint32_t* words, int w, uint64_t low, uint64_t high) {
  const int run = w / 2;  // of 16 columns
  uint32_t* to = words + (2 + 3 * run + run / 4) * ROW_GROUP;
  *to |= interleave(high & 0x0303030303030303ull) << 2 * (w & 1);
  to[(1 + (w & 1)) * ROW_GROUP] = interleave(low);
}

static int q6_k(const uint8_t* p, uint32_t* words) {
  const uint32_t d = half(p + 208);
  words[0] = float_bits(half_to_float(d));
  for (int q = 0; q < 4; q++) words[(1 + 13 * q) * ROW_GROUP] = four(p + 192 + 4 * q);
  for (int s = 0; s < 8; s++) {
    const uint8_t *low = p + 64 * (s / 4) + 32 * (s & 1), *high = p + 128 + 32 * (s / 4);
    for (int w = 0; w < 4; w++) {
      const uint64_t bytes = eight(low + 8 * w);
      put_six_bits(words, 4 * s + w, s & 2 ? bytes >> 4 : bytes,
                   eight(high + 8 * w) >> 2 * (s & 3));
    }
  }
  return is_finite(d);
}

// Eight bits, a byte each, the lowest first.
static uint64_t spread(uint32_t bits) {
  const uint64_t low = (bits & 15) * 0x00204081u & 0x01010101;
  return low | (uint64_t)((bits >> 4 & 15) * 0x00204081u & 0x01010101) << 32;
}

static void fives(uint32_t fifth, const uint8_t* p, uint32_t* words) {
  for (int w = 0; w < 4; w++) *words |= interleave(spread(fifth >> 8 * w)) << w;
  nibbles(p, words + ROW_GROUP);
}

static int q5_0(const uint8_t* p, uint32_t* words) {
  const uint32_t d = half(p), m = times(-16, d);
  words[0] = d | m << 16;
  fives(four(p + 2), p + 6, words + ROW_GROUP);
  return is_finite(d) && is_finite(m);
}

static int q5_1(const uint8_t* p, uint32_t* words) {
  const uint32_t d = half(p), m = half(p + 2);
  words[0] = d | m << 16;
  fives(four(p + 4), p + 8, words + ROW_GROUP);
  return is_finite(d) && is_finite(m);
}

static int q5_k(const uint8_t* p, uint32_t* words) {
  const int good = scales_of_k(p, words);
  for (int s = 0; s < 8; s++) {
    uint32_t* block = words + (4 + 5 * s) * ROW_GROUP;
    for (int w = 0; w < 4; w++) {
      const uint64_t fifth = eight(p + 16 + 8 * w) >> s & 0x0101010101010101ull;
      const uint64_t bytes = eight(p + 48 + 32 * (s / 2) + 8 * w);
      block[0] |= interleave(fifth) << w;
      block[(1 + w) * ROW_GROUP] = interleave(bytes >> 4 * (s & 1));
    }
  }
  return good;
}

// Nibbles that choose values. Where scales are narrower than a word, these take the block, and the
// row.
static int iq4_nl(const uint8_t* p, uint32_t* block, int64_t n) {
  const uint32_t d = half(p);
  block[n / 2] |= d << 16 * (n % 2);
  nibbles(p + 2, block + ROW_GROUP / 2 + n);
  return is_finite(d);
}

// Kernels take the least exponent for a scale of 0, and the greatest for an infinite one.
static int mxfp4(const uint8_t* p, uint32_t* block, int64_t n) {
  block[n / 4] |= (uint32_t)p[0] << 8 * (n % 4);
  nibbles(p + 1, block + ROW_GROUP / 4 + n);
  const int zeros = ((eight(p + 1) | eight(p + 9)) & 0x7777777777777777ull) == 0;
  return p[0] == 0 ? zeros : p[0] < 255;
}

static int iq4_xs(const uint8_t* p, uint32_t* words) {
  const uint32_t d = half(p);
  words[0] = float_bits(half_to_float(d));
  for (int s = 0; s < 8; s++) {
    const uint32_t low = p[4 + s / 2] >> 4 * (s % 2) & 15u, high = p[2 + s / 4] >> 2 * (s % 4) & 3u;
    words[(1 + s / 4) * ROW_GROUP] |= (((low | high << 4) - 32) & 255u) << 8 * (s % 4);
    nibbles(p + 8 + 16 * s, words + (3 + 4 * s) * ROW_GROUP);
  }
  return is_finite(d);
}

// A UE4M3 without the bit that says nothing; 127 is 0.
static uint32_t nvfp4_scale(uint32_t bits) { return bits == 127 ? 0 : bits & 127; }

// To two blocks of 32 columns.
static int nvfp4(const uint8_t* p, uint32_t* block, int64_t n) {
  for (int b = 0; b < 2; b++, block += BLOCK_NVFP4 / 4) {
    block[n / 4] |= nvfp4_scale(p[2 * b]) << 8 * (n % 4);
    block[ROW_GROUP / 4 + n / 4] |= nvfp4_scale(p[2 * b + 1]) << 8 * (n % 4);
    uint32_t* words = block + ROW_GROUP / 2 + n;
    for (int w = 0; w < 4; w++) {
      words[w * ROW_GROUP] = interleave(eight(p + 4 + 16 * b + 8 * (w / 2)) >> 4 * (w & 1));
    }
  }
  return 1;
}

#include "pack_grids.inc"

static int f32(const uint8_t* p, uint32_t* words) {
  for (int k = 0; k < 32; k++) words[k * ROW_GROUP] = four(p + 4 * k);
  return 1;
}

int64_t realm_pack(const uint8_t* file, uint32_t* words, const uint16_t* grid, int64_t type,
                   int64_t columns, int64_t rows) {
  if (grid) return pack_chosen(file, words, grid, type, columns, rows);
  int64_t columns_a_block = 32, bytes = 0, to_bytes = 0;
  int (*pack)(const uint8_t*, uint32_t*) = 0;
  int (*pack_narrow)(const uint8_t*, uint32_t*, int64_t) = 0;
  switch (type) {
    case REALM_FILE_F32:
      bytes = 128, to_bytes = BLOCK_F32, pack = f32;
      break;
    case REALM_Q4_0:
      bytes = 18, to_bytes = BLOCK_NIBBLES, pack = q4_0;
      break;
    case REALM_Q4_1:
      bytes = 20, to_bytes = BLOCK_NIBBLES, pack = q4_1;
      break;
    case REALM_Q5_0:
      bytes = 22, to_bytes = BLOCK_FIVES, pack = q5_0;
      break;
    case REALM_Q5_1:
      bytes = 24, to_bytes = BLOCK_FIVES, pack = q5_1;
      break;
    case REALM_FILE_Q3_K:
      columns_a_block = 256, bytes = 110, to_bytes = BLOCK_Q3_K, pack = q3_k;
      break;
    case REALM_FILE_Q2_K:
      columns_a_block = 256, bytes = 84, to_bytes = BLOCK_Q2_K, pack = q2_k;
      break;
    case REALM_FILE_Q4_K:
      columns_a_block = 256, bytes = 144, to_bytes = BLOCK_Q4_K, pack = q4_k;
      break;
    case REALM_FILE_Q5_K:
      columns_a_block = 256, bytes = 176, to_bytes = BLOCK_Q5_K, pack = q5_k;
      break;
    case REALM_FILE_Q6_K:
      columns_a_block = 256, bytes = 210, to_bytes = BLOCK_Q6_K, pack = q6_k;
      break;
    case REALM_FILE_IQ4_NL:
      bytes = 18, to_bytes = BLOCK_IQ4_NL, pack_narrow = iq4_nl;
      break;
    case REALM_FILE_IQ4_XS:
      columns_a_block = 256, bytes = 136, to_bytes = BLOCK_IQ4_XS, pack = iq4_xs;
      break;
    case REALM_FILE_MXFP4:
      bytes = 17, to_bytes = BLOCK_MXFP4, pack_narrow = mxfp4;
      break;
    case REALM_FILE_NVFP4:
      columns_a_block = 64, bytes = 36, to_bytes = 2 * BLOCK_NVFP4, pack_narrow = nvfp4;
      break;
    case REALM_TQ1_0:
      columns_a_block = 256, bytes = 54, to_bytes = BLOCK_TERNARY, pack = tq1_0;
      break;
    case REALM_TQ2_0:
      columns_a_block = 256, bytes = 66, to_bytes = BLOCK_TERNARY, pack = tq2_0;
      break;
    default:
      return 0;
  }
  int good = 1;
  const int64_t blocks = columns / columns_a_block;
  for (int64_t b = 0; b < blocks; b++, words += to_bytes / 4) {
    for (int64_t n = 0; n < rows; n++) {
      const uint8_t* p = file + (n * blocks + b) * bytes;
      good &= pack_narrow ? pack_narrow(p, words, n) : pack(p, words + n);
    }
  }
  return good;
}
