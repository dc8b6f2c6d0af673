package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;
import ai.realm.gguf.GgufStrings;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The tokens of a model: their texts as UTF-8, their types, and a hash table from text to id. */
final class Vocabulary {
  private final GgufStrings tokens;
  private final byte[] bytes;
  private final TokenType[] types;
  // Open addressing; an entry is an id + 1, or 0 if free.
  private final int[] slots;
  private final int longest;

  private Vocabulary(GgufStrings tokens, TokenType[] types) {
    this.tokens = tokens;
    this.bytes = tokens.bytes();
    this.types = types;
    this.slots = new int[Integer.highestOneBit(types.length) * 4];
    int most = 0;
    for (int id = 0; id < types.length; id++) {
      // No text has an empty token.
      if (length(id) > 0) {
        insert(id);
      }
      most = Math.max(most, length(id));
    }
    this.longest = most;
  }

  /**
   * The vocabulary under {@code tokenizer.ggml.tokens} and {@code tokenizer.ggml.token_type}.
   *
   * @throws EngineException {@code MODEL_INVALID} if there are no tokens, two with the same text,
   *     or fewer types than tokens
   */
  static Vocabulary read(GgufMetadata metadata) {
    GgufStrings tokens = metadata.strings("tokenizer.ggml.tokens");
    if (tokens == null || tokens.size() == 0) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "tokenizer.ggml.tokens is missing or empty; use a file with a complete tokenizer");
    }
    int[] numbers = metadata.integers("tokenizer.ggml.token_type");
    if (numbers != null && numbers.length < tokens.size()) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "tokenizer.ggml.token_type has "
              + numbers.length
              + " entries, expected one for each of the "
              + tokens.size()
              + " tokens; convert the model again");
    }
    TokenType[] types = new TokenType[tokens.size()];
    for (int id = 0; id < types.length; id++) {
      types[id] = numbers == null ? TokenType.NORMAL : TokenType.of(numbers[id]);
    }
    Vocabulary vocabulary = new Vocabulary(tokens, types);
    vocabulary.checkBytes();
    return vocabulary;
  }

  /** The number of tokens. */
  int size() {
    return types.length;
  }

  /** Bytes of the longest token's text. */
  int longest() {
    return longest;
  }

  /** The id of the token whose text is {@code text[from]} up to {@code text[to]}, or -1. */
  int find(byte[] text, int from, int to) {
    return find(text, from, to, hash(0, text, from, to));
  }

  /** The same with the hash that {@link #hash} gave for these bytes. */
  int find(byte[] text, int from, int to, int hash) {
    int slot = slot(hash);
    while (slots[slot] != 0) {
      int id = slots[slot] - 1;
      if (Arrays.equals(bytes, tokens.start(id), tokens.end(id), text, from, to)) {
        return id;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return -1;
  }

  /** The id of the token whose text is {@code text}, or -1. */
  int find(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return find(utf8, 0, utf8.length);
  }

  /** Continues a hash, which begins as 0, with {@code text[from]} up to {@code text[to]}. */
  static int hash(int hash, byte[] text, int from, int to) {
    int h = hash;
    for (int i = from; i < to; i++) {
      h = (h ^ (text[i] & 0xFF)) * 0x01000193;
    }
    return h;
  }

  /**
   * Whether the text of {@code id} is {@code text[from]} up to {@code text[to]} without the byte at
   * {@code but}.
   */
  boolean isJoined(int id, byte[] text, int from, int but, int to) {
    if (id >= size() || length(id) != to - from - 1) {
      return false;
    }
    int start = tokens.start(id);
    int middle = start + but - from;
    return Arrays.equals(bytes, start, middle, text, from, but)
        && Arrays.equals(bytes, middle, tokens.end(id), text, but + 1, to);
  }

  /** The text of {@code id}, which is in range. */
  String text(int id) {
    return tokens.get(id);
  }

  /** Bytes of {@code id}'s text. */
  int length(int id) {
    return tokens.end(id) - tokens.start(id);
  }

  /** The UTF-8 bytes of {@code id}'s text. */
  byte[] utf8(int id) {
    return Arrays.copyOfRange(bytes, tokens.start(id), tokens.end(id));
  }

  /** The type of {@code id}. */
  TokenType type(int id) {
    return types[id];
  }

  /**
   * The byte that {@code id}, of type {@link TokenType#BYTE}, stands for, or -1 if its text is not
   * {@code <0xHH>}.
   */
  int byteOf(int id) {
    int start = tokens.start(id);
    boolean framed =
        length(id) == 6
            && bytes[start] == '<'
            && bytes[start + 1] == '0'
            && bytes[start + 2] == 'x'
            && bytes[start + 5] == '>';
    int high = framed ? Character.digit(bytes[start + 3], 16) : -1;
    int low = framed ? Character.digit(bytes[start + 4], 16) : -1;
    return high < 0 || low < 0 ? -1 : high << 4 | low;
  }

  /** The token {@code <0xHH>} of a byte, 0 to 255, or -1. */
  int byteToken(int b) {
    byte[] text = "<0x00>".getBytes(StandardCharsets.US_ASCII);
    text[3] = (byte) Character.toUpperCase(Character.forDigit(b >> 4, 16));
    text[4] = (byte) Character.toUpperCase(Character.forDigit(b & 15, 16));
    return find(text, 0, text.length);
  }

  private void checkBytes() {
    for (int id = 0; id < types.length; id++) {
      if (types[id] == TokenType.BYTE && byteOf(id) < 0) {
        throw new EngineException(
            ErrorCode.MODEL_INVALID,
            "token "
                + id
                + " is a byte and its text '"
                + text(id)
                + "', expected <0x00> to <0xFF>; convert the model again");
      }
    }
  }

  /** Corrects the type of {@code id}: only while the tokenizer is made. */
  void correct(int id, TokenType type) {
    types[id] = type;
  }

  /**
   * Checks that {@code id} is a token.
   *
   * @throws EngineException {@code TOKEN_OUT_OF_RANGE} if it is not
   */
  void require(int id) {
    require(id, types.length);
  }

  /**
   * The same for a vocabulary of {@code size} tokens.
   *
   * @throws EngineException {@code TOKEN_OUT_OF_RANGE} if it is not
   */
  static void require(int id, int size) {
    if (id < 0 || id >= size) {
      throw new EngineException(
          ErrorCode.TOKEN_OUT_OF_RANGE,
          "token id " + id + " is not in the vocabulary; expected 0 to " + (size - 1));
    }
  }

  /**
   * The score of each token under {@code tokenizer.ggml.scores}; 0 where there are none.
   *
   * @throws EngineException {@code MODEL_INVALID} if there are fewer than tokens
   */
  float[] scores(GgufMetadata metadata) {
    float[] scores = metadata.floats("tokenizer.ggml.scores");
    if (scores != null && scores.length < size()) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "tokenizer.ggml.scores has "
              + scores.length
              + " entries, expected one for each of the "
              + size()
              + " tokens");
    }
    return scores == null ? new float[size()] : scores;
  }

  private void insert(int id) {
    int start = tokens.start(id);
    int end = tokens.end(id);
    int slot = slot(hash(0, bytes, start, end));
    while (slots[slot] != 0) {
      int other = slots[slot] - 1;
      if (Arrays.equals(bytes, start, end, bytes, tokens.start(other), tokens.end(other))) {
        throw new EngineException(
            ErrorCode.MODEL_INVALID,
            "tokenizer.ggml.tokens has '"
                + text(id)
                + "' twice, as ids "
                + other
                + " and "
                + id
                + ", expected different texts; convert the model again");
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = id + 1;
  }

  private int slot(int hash) {
    int mixed = hash * 0x9E3779B1;
    return (mixed ^ (mixed >>> 15)) & (slots.length - 1);
  }
}
