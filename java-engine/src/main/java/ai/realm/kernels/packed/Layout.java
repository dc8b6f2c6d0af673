package ai.realm.kernels.packed;

import ai.realm.gguf.TensorType;

/**
 * How a matrix lies that kernels read in blocks: the one list of these forms, whose numbers are
 * those of {@code kernels.h}. A layout has a file in C ({@code src/main/c/layouts}) and one in Java
 * ({@code kernels.vector}), which mirror each other.
 *
 * <p>All but those named ROWS are repacked. Rows lie in groups of 16, so that the lanes of a vector
 * hold rows and no product is ever summed across lanes. All of a group's blocks follow each other:
 * a kernel reads one stream. Every field is a run of 32-bit little-endian words, one a row, or of
 * narrower numbers, so the same bytes serve vectors of 4, 8 and 16 lanes. Java's kernels and the
 * native ones read the same words, but for F16, BF16 and Q8_0, which the native ones read where the
 * file has them.
 */
public enum Layout {
  /**
   * Q4_0 and Q4_1. A block of 32 columns:
   *
   * <pre>
   * 16 x u32  scale as F16 in the low half, minimum as F16 in the high half: w = scale * q + minimum
   * 64 x u32  nibbles: word w of row n (at w * 16 + n) holds columns 8w .. 8w+7;
   *           nibble p of the low half is column 8w+2p, of the high half 8w+2p+1
   * </pre>
   */
  NIBBLES(0, 32, 64 + 256),

  /**
   * Q5_0 and Q5_1. A block of 32 columns:
   *
   * <pre>
   * 16 x u32  scale as F16 in the low half, minimum as F16 in the high half: w = scale * q + minimum
   * 16 x u32  fifth bits: that of column 8w+i is w bits above the place of its nibble
   * 64 x u32  nibbles, as in NIBBLES
   * </pre>
   */
  FIVES(1, 32, 64 + 64 + 256),

  /**
   * Q5_K. A block of 256 columns; sub-block s has 32 columns:
   *
   * <pre>
   * 16 x u32  d and dmin, as in Q4_K
   * 48 x u32  scales sc and minimums m, as in Q4_K: w = d * sc * q - dmin * m
   * 8 sub-blocks:
   *   16 x u32  fifth bits, as in FIVES
   *   64 x u32  nibbles, as in NIBBLES
   * </pre>
   */
  Q5_K(2, 256, 64 + 192 + 8 * (64 + 256)),

  /**
   * Q4_K. A block of 256 columns; sub-block s has 32 columns:
   *
   * <pre>
   * 16 x u32  d as F16 in the low half, dmin as F16 in the high half
   * 48 x u32  scales sc and minimums m of six bits, three words of four bytes a row, as in the file:
   *           byte b of word 0 holds sc of sub-block b, of word 1 its m, in the low six bits;
   *           byte b of word 2 the low four of sub-block 4+b, sc's below m's, whose high two
   *           are above those of sub-block b: w = d * sc * q - dmin * m
   * 8 x 64 x u32  nibbles of each sub-block, as in NIBBLES
   * </pre>
   */
  Q4_K(3, 256, 64 + 192 + 8 * 256),

  /**
   * Q6_K. A block of 256 columns, in which everything lies in the order in which a product takes
   * it:
   *
   * <pre>
   * 16 x f32  d
   * 4 x 64 columns:
   *   16 x u32  signed scales sc: byte b is that of 16 columns, from 16b: w = d * sc * (q - 32)
   *   4 x 16 columns:
   *     16 x u32  high bits: the two of column 8w+i are 2w bits above the place of its nibble
   *     32 x u32  low nibbles, as in NIBBLES
   * </pre>
   */
  Q6_K(4, 256, 64 + 4 * (64 + 4 * (64 + 128))),

  /**
   * IQ4_NL. A block of 32 columns:
   *
   * <pre>
   * 16 x u16  scale as F16: w = scale * VALUES[q]
   * 64 x u32  nibbles, as in NIBBLES
   * </pre>
   */
  IQ4_NL(5, 32, 32 + 256),

  /**
   * IQ4_XS. A block of 256 columns; sub-block s has 32 columns:
   *
   * <pre>
   * 16 x f32  d
   * 32 x u32  signed scales sc, two words of four bytes a row: w = d * sc * VALUES[q]
   * 8 x 64 x u32  nibbles of each sub-block, as in NIBBLES
   * </pre>
   */
  IQ4_XS(6, 256, 64 + 128 + 8 * 256),

  /**
   * MXFP4. A block of 32 columns:
   *
   * <pre>
   * 16 x u8   exponent e of the scale: w = 2^(e - 128) * VALUES[q], or 0 where e is 0
   * 64 x u32  nibbles, as in NIBBLES
   * </pre>
   */
  MXFP4(7, 32, 16 + 256),

  /** IQ3_S, as IQ4_XS, with values of its own: the highest bit of a nibble is the sign. */
  IQ3_S(8, 256, 64 + 128 + 8 * 256),

  /** IQ3_XXS, likewise. */
  IQ3_XXS(9, 256, 64 + 128 + 8 * 256),

  /**
   * IQ2_XXS, IQ2_XS and IQ2_S. A block of 256 columns:
   *
   * <pre>
   * 16 x f32  d, which makes all values integers
   * 32 x u32  scales s of 16 columns, two words of eight times four bits a row:
   *           w = d * (2s + 1) * VALUES[code]
   * 8 x 48 x u32  codes of three bits of 32 columns each, the highest of which is the sign: word w
   *           of row n (at w * 16 + n) holds columns 8w .. 8w+7 for w from 0 to 2, in the low six
   *           bits of its bytes: the low three are columns 8w, 8w+4, 8w+1 and 8w+5, the high three
   *           8w+2, 8w+6, 8w+3 and 8w+7; the top two bits of the three words' bytes are the six of
   *           columns 24 .. 31, the lowest in word 0
   * </pre>
   */
  IQ2(10, 256, 64 + 128 + 8 * 192),

  /**
   * IQ1_S and IQ1_M. A block of 256 columns:
   *
   * <pre>
   * 16 x f32  d, which makes all values integers
   * 32 x u32  scales s, as in IQ2
   * 16 x u32  third bits: bit w is that of columns 8w .. 8w+7
   * 8 x 32 x u32  the other two bits of codes of 32 columns each: the low four bits of word w's
   *           bytes (at w * 16 + n) are columns 16w .. 16w+7, the high four 16w+8 .. 16w+15; of
   *           four bits the low two are columns 0, 4, 1 and 5 of the eight, the high two 2, 6, 3, 7
   * </pre>
   */
  IQ1(11, 256, 64 + 128 + 64 + 8 * 128),

  /**
   * TQ1_0 and TQ2_0. A block of 256 columns:
   *
   * <pre>
   * 16 x f32  d: w = d * (q - 1)
   * 8 x 32 x u32  q of 32 columns each, as the two bits in IQ1
   * </pre>
   */
  TERNARY(12, 256, 64 + 8 * 128),

  /**
   * NVFP4. A block of 32 columns:
   *
   * <pre>
   * 16 x u8   scale of the first 16 columns as UE4M3: w = scale / 2 * VALUES[q]
   * 16 x u8   that of the others
   * 64 x u32  nibbles, as in NIBBLES, and with the values of MXFP4
   * </pre>
   */
  NVFP4(13, 32, 2 * 16 + 256),

  /**
   * Q3_K. A block of 256 columns:
   *
   * <pre>
   * 16 x f32  d
   * 64 x u32  signed scales sc of 16 columns, four words of four bytes a row: w = d * sc * (code - 4)
   * 8 x 48 x u32  codes of three bits of 32 columns each, as in IQ2
   * </pre>
   */
  Q3_K(14, 256, 64 + 256 + 8 * 192),

  /**
   * Q2_K. A block of 256 columns:
   *
   * <pre>
   * 16 x u32  d as F16 in the low half, dmin as F16 in the high half
   * 64 x u32  scales sc and minimums m of 16 columns, four words of four bytes a row: sc is the low
   *           four bits: w = d * sc * q - dmin * m
   * 8 x 32 x u32  q of 32 columns each, as the two bits in IQ1
   * </pre>
   */
  Q2_K(15, 256, 64 + 256 + 8 * 128),

  /** F32. A block of 32 columns: 512 x f32, column k of row n at k * 16 + n. */
  F32(16, 32, 2048),

  /** Q8_0 as the file has it, row after row, for the native kernels. */
  ROWS_Q8_0(17, 32, 34),

  /** F16 as the file has it, in 32 columns at a time, for the native kernels. */
  ROWS_F16(18, 32, 64),

  /** BF16, likewise. */
  ROWS_BF16(19, 32, 64),

  /**
   * Q8_0, for Java's kernels. A block of 32 columns:
   *
   * <pre>
   *  16 x f32  scale: w = scale * q
   * 128 x u32  bytes: word w of row n (at w * 16 + n) holds columns 4w .. 4w+3, signed, the first in the low byte
   * </pre>
   */
  BYTES(20, 32, 64 + 512),

  /**
   * F16, for Java's kernels. A block of 32 columns: 256 x u32, word w of row n (at w * 16 + n)
   * holds column 2w in its low half and 2w + 1 in its high half.
   */
  F16(21, 32, 1024),

  /** BF16, likewise. */
  BF16(22, 32, 1024);

  /** Rows of a row group. */
  public static final int ROW_GROUP = 16;

  private final int number;
  private final int blockColumns;
  private final int blockBytes;

  Layout(int number, int blockColumns, int blockBytes) {
    this.number = number;
    this.blockColumns = blockColumns;
    this.blockBytes = blockBytes;
  }

  /** What the native kernels call it: the constants of {@code kernels.h}. */
  public int number() {
    return number;
  }

  /** Columns of a block. */
  public int blockColumns() {
    return blockColumns;
  }

  /** Rows of a block: those of a row group, or one where the file's own are read. */
  public int blockRows() {
    return switch (this) {
      case ROWS_Q8_0, ROWS_F16, ROWS_BF16 -> 1;
      default -> ROW_GROUP;
    };
  }

  /** Bytes of a block: of a row group, or of one row where the file's own are read. */
  public int blockBytes() {
    return blockBytes;
  }

  /** The repacked layout of tensors of {@code type}, or null where there is none. */
  public static Layout of(TensorType type) {
    return switch (type) {
      case Q4_0, Q4_1 -> NIBBLES;
      case Q5_0, Q5_1 -> FIVES;
      case Q8_0 -> BYTES;
      case Q4_K -> Q4_K;
      case Q6_K -> Q6_K;
      case Q3_K -> Q3_K;
      case Q2_K -> Q2_K;
      case Q5_K -> Q5_K;
      case IQ4_NL -> IQ4_NL;
      case IQ4_XS -> IQ4_XS;
      case MXFP4 -> MXFP4;
      case IQ3_S -> IQ3_S;
      case IQ3_XXS -> IQ3_XXS;
      case IQ2_XXS, IQ2_XS, IQ2_S -> IQ2;
      case IQ1_S, IQ1_M -> IQ1;
      case TQ1_0, TQ2_0 -> TERNARY;
      case NVFP4 -> NVFP4;
      case F16 -> F16;
      case BF16 -> BF16;
      case F32 -> F32;
      default -> null;
    };
  }

  /** The layout in which native kernels read rows of this type where the file has them, or null. */
  public static Layout ofRows(TensorType type) {
    return switch (type) {
      case Q8_0 -> ROWS_Q8_0;
      case F16 -> ROWS_F16;
      case BF16 -> ROWS_BF16;
      default -> null;
    };
  }
}
