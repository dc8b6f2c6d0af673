// The native kernels: the same arithmetic as the Java provider's, on the same repacked storage
// (ai.realm.kernels.packed.Layout has the layouts), or on rows where the file has them. One file a
// CPU family, each compiled for that family alone and exporting the functions below under its own
// prefix; Java asks realm_cpu_family() and links one family's.
//
// No function allocates, blocks or keeps a pointer. All values are f32 unless said otherwise.
#ifndef REALM_KERNELS_H_
#define REALM_KERNELS_H_

#include <stdint.h>

// Layouts of a matrix: the numbers of ai.realm.kernels.packed.Layout. Those named ROWS are the
// file's own, row after row, of a multiple of 32 columns; the others are repacked.
enum {
  REALM_NIBBLES,
  REALM_FIVES,
  REALM_Q5_K,
  REALM_Q4_K,
  REALM_Q6_K,
  REALM_IQ4_NL,
  REALM_IQ4_XS,
  REALM_MXFP4,
  REALM_IQ3_S,
  REALM_IQ3_XXS,
  REALM_IQ2,
  REALM_IQ1,
  REALM_TERNARY,
  REALM_NVFP4,
  REALM_Q3_K,
  REALM_Q2_K,
  REALM_F32,
  REALM_ROWS_Q8_0,
  REALM_ROWS_F16,
  REALM_ROWS_BF16,
  REALM_LAYOUTS
};

// CPU families, of x86-64 and of ARM, best last of each.
enum {
  REALM_NONE,
  REALM_SSE4,
  REALM_AVX2,
  REALM_AVX512,
  REALM_AVX512_VNNI,
  REALM_AVX512_BF16,
  REALM_AMX_BF16,
  REALM_NEON,
  REALM_NEON_DOTPROD,
  REALM_NEON_I8MM
};

#ifdef _WIN32
#define REALM_EXPORT __declspec(dllexport)
#else
#define REALM_EXPORT __attribute__((visibility("default")))
#endif

// The best family that this CPU and its operating system run. Where that is one with tiles, the
// process has been allowed to use them.
REALM_EXPORT int64_t realm_cpu_family(void);

// The same on x86-64 for these facts: registers of CPUID, XCR0, and whether the process may use
// tiles.
REALM_EXPORT int64_t realm_family_of(int64_t leaf_1_ecx, int64_t leaf_7_ebx, int64_t leaf_7_ecx,
                                     int64_t leaf_7_edx, int64_t leaf_7_1_eax, int64_t saved,
                                     int64_t tiles_allowed);

// Tensor types of the file that are repacked: GGUF's ids.
enum {
  REALM_FILE_F32 = 0,
  REALM_Q4_0 = 2,
  REALM_Q4_1 = 3,
  REALM_Q5_0 = 6,
  REALM_Q5_1 = 7,
  REALM_FILE_Q2_K = 10,
  REALM_FILE_Q3_K = 11,
  REALM_FILE_Q4_K = 12,
  REALM_FILE_Q5_K = 13,
  REALM_FILE_Q6_K = 14,
  REALM_IQ2_XXS = 16,
  REALM_IQ2_XS = 17,
  REALM_FILE_IQ3_XXS = 18,
  REALM_IQ1_S = 19,
  REALM_FILE_IQ4_NL = 20,
  REALM_FILE_IQ3_S = 21,
  REALM_IQ2_S = 22,
  REALM_FILE_IQ4_XS = 23,
  REALM_IQ1_M = 29,
  REALM_TQ1_0 = 34,
  REALM_TQ2_0 = 35,
  REALM_FILE_MXFP4 = 39,
  REALM_FILE_NVFP4 = 40
};

// Repacks up to 16 rows of blocks of a file's type into one group of its layout. Returns whether
// the layout holds all scales. Of types that choose weights from a grid, `grid` has its points, as
// ai.realm.quant.Grid has them.
REALM_EXPORT int64_t realm_pack(const uint8_t* file, uint32_t* words, const uint16_t* grid,
                                int64_t type, int64_t columns, int64_t rows);

// Work is claimed in units of 32 rows; rows are packed in groups of 16; a page of keys and values
// has 64 positions.
enum { UNIT = 32, ROW_GROUP = 16, PAGE = 64, BLOCK = 16 };

// Bytes of a layout's block, of a row group or of one of the file's rows: 256 columns of Q4_K,
// Q5_K, Q6_K, Q3_K, Q2_K, IQ1, IQ2, TERNARY and IQ4_XS, whose blocks IQ3's are, 32 of the others.
enum {
  BLOCK_NIBBLES = 320,
  BLOCK_FIVES = 384,
  BLOCK_Q4_K = 2304,
  BLOCK_Q5_K = 2816,
  BLOCK_Q6_K = 3392,
  BLOCK_Q3_K = 1856,
  BLOCK_Q2_K = 1344,
  BLOCK_IQ4_NL = 288,
  BLOCK_MXFP4 = 272,
  BLOCK_NVFP4 = 288,
  BLOCK_IQ4_XS = 2240,
  BLOCK_IQ2 = 1728,
  BLOCK_IQ1 = 1280,
  BLOCK_TERNARY = 1088,
  BLOCK_F32 = 2048,
  BLOCK_ROWS_Q8_0 = 34,
  BLOCK_ROWS_PAIRS = 64
};

// Floats of scratch that a prefill product has however few the columns.
enum { REALM_SCRATCH = 165000 };

// What Java asks of a layout: the columns, bytes and rows of its blocks, and whether products of
// a prompt's tokens take these rounded, and those of each token by itself.
enum {
  REALM_BLOCK_COLUMNS,
  REALM_BLOCK_BYTES,
  REALM_BLOCK_ROWS,
  REALM_READS_ROUNDED,
  REALM_READS_ROUNDED_EACH
};

// What Java makes room for: the scratch of a prefill product, and a token's line, rounded for a
// prompt's products or for those of each by itself; in words of 32 bits.
enum { REALM_ROOM_SCRATCH, REALM_ROOM_ROUNDED, REALM_ROOM_ROUNDED_EACH };

// Formats of keys and values: the numbers of ai.realm.kernels.KvFormat.
enum { REALM_KV_F16, REALM_KV_Q8_0, REALM_KV_Q4_0 };

// The attention of one layer (ai.realm.kernels.AttentionShape): a query at position p sees the
// positions [p - behind, p + ahead] that there are. softcap is infinite where scores are not
// capped.
struct realm_attention {
  int64_t dim;    // values of a head
  int64_t width;  // of a token's queries: those of all heads
  int64_t heads;  // that share one key-value head
  int64_t behind, ahead;
  int64_t format;
  double scale, softcap;
};

#define REALM_FAMILY(prefix)                                                                      \
  /* A fact about a layout. */                                                                    \
  REALM_EXPORT int64_t prefix##_layout(int64_t layout, int64_t fact);                             \
  /* Words of room for something, with so many columns. */                                        \
  REALM_EXPORT int64_t prefix##_room(int64_t of, int64_t columns);                                \
  /* Decode: rows of the units [unit, end) of a matrix (rows, columns) by x (tokens, columns),    \
     whose runs of 16 have the given sums (tokens, columns / 16); row n of token t goes to        \
     y[t * stride + n]. A token's bits do not depend on the others. */                            \
  REALM_EXPORT void prefix##_matvec(const uint8_t* matrix, const float* x, const float* sums,     \
                                    float* y, int64_t layout, int64_t columns, int64_t rows,      \
                                    int64_t unit, int64_t end, int64_t tokens, int64_t stride);   \
  /* Prefill: the same without sums; a token has other bits here, whatever the others are.        \
     scratch has the room REALM_ROOM_SCRATCH. */                                                  \
  REALM_EXPORT void prefix##_matmul(const uint8_t* matrix, const float* x, float* scratch,        \
                                    float* y, int64_t layout, int64_t columns, int64_t rows,      \
                                    int64_t unit, int64_t end, int64_t tokens, int64_t stride);   \
  /* out = x / sqrt(mean(x^2) + epsilon) * weight, n values. */                                   \
  REALM_EXPORT void prefix##_rms_norm(const float* x, const float* weight, float* out, int64_t n, \
                                      float epsilon);                                             \
  /* out = gate / (1 + e^-gate) * up, n values. */                                                \
  REALM_EXPORT void prefix##_swiglu(const float* gate, const float* up, float* out, int64_t n);   \
  /* out = g / (1 + e^(-1.702 g)) * (u + 1) of g = min(gate, 7) and of u, which is up within +-7, \
     n values. */                                                                                 \
  REALM_EXPORT void prefix##_clamped_swiglu(const float* gate, const float* up, float* out,       \
                                            int64_t n);                                           \
  /* x += y, n values. */                                                                         \
  REALM_EXPORT void prefix##_add(float* x, const float* y, int64_t n);                            \
  /* out = (x - mean(x)) / sqrt(variance(x) + epsilon) * weight + bias, n values. */              \
  REALM_EXPORT void prefix##_layer_norm(const float* x, const float* weight, const float* bias,   \
                                        float* out, int64_t n, float epsilon);                    \
  /* out = gelu(gate) * up, n values, of the GELU with tanh. */                                   \
  REALM_EXPORT void prefix##_geglu(const float* gate, const float* up, float* out, int64_t n);    \
  /* out = gelu(x), n values, of the GELU with tanh. */                                           \
  REALM_EXPORT void prefix##_gelu(const float* x, float* out, int64_t n);                         \
  /* x = cap * tanh(x / cap), n values. */                                                        \
  REALM_EXPORT void prefix##_softcap(float* x, int64_t n, float cap);                             \
  /* Attention of the query heads [head, head + heads), which share one key-value head. q and out \
     are (tokens, width), a head's values from head * dim; pages are the addresses of the         \
     sequence's pages, in which the key-value head's keys, then values, start at offset; position \
     is that of the first token, length that of the sequence. sinks has a score for each of all   \
     heads, which takes its share of the weights and has no value; slopes has what each takes     \
     from a score for each position between. scratch has room for tokens * heads * (3 * dim + 68) \
     + (2 * dim + 32) * 64 floats. */                                                             \
  REALM_EXPORT void prefix##_attend(                                                              \
      const float* q, const uint8_t* const* pages, float* scratch, float* out,                    \
      const struct realm_attention* shape, const float* sinks, const float* slopes,               \
      int64_t tokens, int64_t position, int64_t length, int64_t offset, int64_t head);            \
  /* The same of one token over the spans [span, end_span) of 256 positions alone: parts is       \
     (spans, heads of all, dim + 2) from the first span that the token sees on: dim outputs, not  \
     divided by the sum of weights yet, the greatest score, and that sum. scratch as for one      \
     token. */                                                                                    \
  REALM_EXPORT void prefix##_attend_spans(                                                        \
      const float* q, const uint8_t* const* pages, float* scratch, float* parts,                  \
      const struct realm_attention* shape, const float* slopes, int64_t span, int64_t end_span,   \
      int64_t position, int64_t length, int64_t offset, int64_t head);                            \
  /* out (heads, dim) = the attention that has the parts (spans, heads, dim + 2) and the sinks    \
     (heads). */                                                                                  \
  REALM_EXPORT void prefix##_join_spans(const float* parts, float* out, const float* sinks,       \
                                        int64_t spans, int64_t heads, int64_t dim);

// Families that multiply integers: of the layouts whose weights are such, prefill goes by these.
#define REALM_ROUNDING_FAMILY(prefix)                                                           \
  /* x (tokens, columns) to lines of REALM_ROOM_ROUNDED. */                                     \
  REALM_EXPORT void prefix##_round(const float* x, uint32_t* lines, int64_t columns,            \
                                   int64_t tokens);                                             \
  /* As matmul, of which it has the other arguments; lines are of the same x. */                \
  REALM_EXPORT void prefix##_matmul_rounded(                                                    \
      const uint8_t* matrix, const float* x, uint32_t* lines, float* scratch, float* y,         \
      int64_t layout, int64_t columns, int64_t rows, int64_t unit, int64_t end, int64_t tokens, \
      int64_t stride);

// Families that do in decode: tokens by themselves go by these.
#define REALM_EACH_ROUNDING_FAMILY(prefix)                                                      \
  /* x (tokens, columns) to lines of REALM_ROOM_ROUNDED_EACH. */                                \
  REALM_EXPORT void prefix##_round_each(const float* x, uint32_t* lines, int64_t columns,       \
                                        int64_t tokens);                                        \
  /* As matvec, of which it has the other arguments; lines are of the same x. */                \
  REALM_EXPORT void prefix##_matvec_rounded(                                                    \
      const uint8_t* matrix, const float* x, const float* sums, uint32_t* lines, float* y,      \
      int64_t layout, int64_t columns, int64_t rows, int64_t unit, int64_t end, int64_t tokens, \
      int64_t stride);

REALM_FAMILY(realm_sse4)
REALM_FAMILY(realm_avx2)
REALM_FAMILY(realm_avx512)
REALM_FAMILY(realm_avx512_vnni)
REALM_FAMILY(realm_avx512_bf16)
REALM_FAMILY(realm_amx_bf16)

REALM_ROUNDING_FAMILY(realm_avx2)
REALM_ROUNDING_FAMILY(realm_avx512_vnni)
REALM_ROUNDING_FAMILY(realm_avx512_bf16)

REALM_EACH_ROUNDING_FAMILY(realm_avx2)
REALM_EACH_ROUNDING_FAMILY(realm_avx512_vnni)
REALM_EACH_ROUNDING_FAMILY(realm_avx512_bf16)
REALM_EACH_ROUNDING_FAMILY(realm_amx_bf16)

REALM_FAMILY(realm_neon)
REALM_FAMILY(realm_neon_dotprod)
REALM_FAMILY(realm_neon_i8mm)

REALM_ROUNDING_FAMILY(realm_neon_dotprod)
REALM_ROUNDING_FAMILY(realm_neon_i8mm)

REALM_EACH_ROUNDING_FAMILY(realm_neon)
REALM_EACH_ROUNDING_FAMILY(realm_neon_dotprod)
REALM_EACH_ROUNDING_FAMILY(realm_neon_i8mm)

#endif  // REALM_KERNELS_H_
