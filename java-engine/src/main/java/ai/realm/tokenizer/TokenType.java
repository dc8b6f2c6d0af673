package ai.realm.tokenizer;

/** What a token is for; the order is that of the numbers in {@code tokenizer.ggml.token_type}. */
enum TokenType {
  /** Not said; decodes to nothing. */
  UNDEFINED,
  /** Text. */
  NORMAL,
  /** Stands for what the vocabulary cannot express. */
  UNKNOWN,
  /** Structures a prompt; parsed from text only where special tokens may be. */
  CONTROL,
  /** Text that its author added as a whole; always parsed from text. */
  USER_DEFINED,
  /** Has no use; decodes to nothing. */
  UNUSED,
  /** One byte, written {@code <0xHH>}. */
  BYTE;

  private static final TokenType[] VALUES = values();

  /** The type with this number; any unknown number is {@link #UNDEFINED}. */
  static TokenType of(int number) {
    return number >= 0 && number < VALUES.length ? VALUES[number] : UNDEFINED;
  }

  /** Whether a text may hold the token's own text instead of text that merges to it. */
  boolean isSpecial() {
    return this == CONTROL || this == UNKNOWN || this == USER_DEFINED;
  }
}
