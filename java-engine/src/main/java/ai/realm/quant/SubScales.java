package ai.realm.quant;

// 12 bytes hold eight 6-bit scales and eight 6-bit minimums:
//   byte s, s from 0 to 3:  scale s in the low six bits; the high two bits of scale s + 4
//   byte s + 4:             minimum s in the low six bits; the high two bits of minimum s + 4
//   byte s + 8:             the low four bits of scale s + 4, then those of minimum s + 4

/** The packed scales and minimums of Q4_K and Q5_K. */
final class SubScales {
  private SubScales() {}

  /** The scale of sub-block {@code s}, 0 to 63, from the 12 bytes at {@code at}. */
  static int scale(byte[] bytes, int at, int s) {
    return s < 4
        ? bytes[at + s] & 63
        : (bytes[at + s + 4] & 15) | (((bytes[at + s - 4] >> 6) & 3) << 4);
  }

  /** The minimum of sub-block {@code s}, 0 to 63, from the 12 bytes at {@code at}. */
  static int min(byte[] bytes, int at, int s) {
    return s < 4
        ? bytes[at + s + 4] & 63
        : ((bytes[at + s + 4] >> 4) & 15) | (((bytes[at + s] >> 6) & 3) << 4);
  }
}
