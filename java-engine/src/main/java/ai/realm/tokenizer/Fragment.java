package ai.realm.tokenizer;

/**
 * A part of a text: a special token with the white space that it swallows, or plain text.
 *
 * @param token the special token's id, or -1 for plain text
 * @param start first UTF-16 unit
 * @param end one past the last
 */
record Fragment(int token, int start, int end) {
  static final int PLAIN = -1;
}
