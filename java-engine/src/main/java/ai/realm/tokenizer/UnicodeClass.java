package ai.realm.tokenizer;

/**
 * The classes of code points that pre-tokenizers and WordPiece tell apart, as bits of a mask. They
 * are those of Unicode 15.1, whatever the Java runtime knows: a text's ids must not change with the
 * runtime.
 */
final class UnicodeClass {
  /** General category L. */
  static final int LETTER = 1;

  /** General category N. */
  static final int NUMBER = 2;

  /** General category M. */
  static final int MARK = 4;

  /** General category P. */
  static final int PUNCTUATION = 8;

  /** General category S. */
  static final int SYMBOL = 16;

  /** The property White_Space. */
  static final int SPACE = 32;

  /** General category C without unassigned code points and white space. */
  static final int CONTROL = 64;

  /** Not assigned. */
  static final int UNASSIGNED = 128;

  /** First and last code points of the ranges that Unicode 16 assigned. */
  private static final int[] LATER = {
    0x897, 0x897, 0x1B4E, 0x1B4F, 0x1B7F, 0x1B7F, 0x1C89, 0x1C8A, 0x2427, 0x2429,
    0x31E4, 0x31E5, 0xA7CB, 0xA7CD, 0xA7DA, 0xA7DC, 0x105C0, 0x105F3, 0x10D40, 0x10D8F,
    0x10EC2, 0x10EC4, 0x10EFC, 0x10EFC, 0x11380, 0x113E2, 0x116D0, 0x116E3, 0x11BC0, 0x11BF9,
    0x11F5A, 0x11F5A, 0x13460, 0x143FA, 0x16100, 0x16139, 0x16D40, 0x16D79, 0x18CFF, 0x18CFF,
    0x1CC00, 0x1CEB3, 0x1E5D0, 0x1E5FF, 0x1F8B2, 0x1F8C1, 0x1FA89, 0x1FA8F, 0x1FABE, 0x1FABE,
    0x1FAC6, 0x1FAC6, 0x1FADC, 0x1FADF, 0x1FAE9, 0x1FAE9, 0x1FBCB, 0x1FBEF,
  };

  private UnicodeClass() {}

  /** The one class of {@code codePoint}. */
  static int of(int codePoint) {
    if (codePoint >= LATER[0] && isLater(codePoint)) {
      return UNASSIGNED;
    }
    return switch (Character.getType(codePoint)) {
      case Character.UPPERCASE_LETTER,
          Character.LOWERCASE_LETTER,
          Character.TITLECASE_LETTER,
          Character.MODIFIER_LETTER,
          Character.OTHER_LETTER ->
          LETTER;
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER ->
          NUMBER;
      case Character.NON_SPACING_MARK, Character.COMBINING_SPACING_MARK, Character.ENCLOSING_MARK ->
          MARK;
      case Character.DASH_PUNCTUATION,
          Character.START_PUNCTUATION,
          Character.END_PUNCTUATION,
          Character.CONNECTOR_PUNCTUATION,
          Character.OTHER_PUNCTUATION,
          Character.INITIAL_QUOTE_PUNCTUATION,
          Character.FINAL_QUOTE_PUNCTUATION ->
          PUNCTUATION;
      case Character.MATH_SYMBOL,
          Character.CURRENCY_SYMBOL,
          Character.MODIFIER_SYMBOL,
          Character.OTHER_SYMBOL ->
          SYMBOL;
      case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          SPACE;
      case Character.UNASSIGNED -> UNASSIGNED;
      default -> (codePoint >= '\t' && codePoint <= '\r') || codePoint == 0x85 ? SPACE : CONTROL;
    };
  }

  private static boolean isLater(int codePoint) {
    int low = 0;
    int high = LATER.length / 2 - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (codePoint < LATER[2 * middle]) {
        high = middle - 1;
      } else if (codePoint > LATER[2 * middle + 1]) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }
}
