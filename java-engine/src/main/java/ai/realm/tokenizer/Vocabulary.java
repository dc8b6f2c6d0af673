package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The tokens of a model: their texts as UTF-8, one after another in one array, their types, and a
 * hash table from text to id.
 */
final class Vocabulary {
  private final byte[] texts;
  // Token i is texts[starts[i]] up to texts[starts[i + 1]].
  private final int[] starts;
  private final TokenType[] types;
  // Open addressing; an entry is an id + 1, or 0 if free.
  private final int[] slots;
  private final int longest;

  private Vocabulary(byte[] texts, int[] starts, TokenType[] types) {
    this.texts = texts;
    this.starts = starts;
    this.types = types;
    this.slots = new int[Integer.highestOneBit(Math.max(types.length, 1)) * 4];
    int most = 0;
    for (int id = 0; id < types.length; id++) {
      insert(id);
      most = Math.max(most, starts[id + 1] - starts[id]);
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
    String[] tokens = metadata.strings("tokenizer.ggml.tokens");
    if (tokens == null || tokens.length == 0) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "tokenizer.ggml.tokens is missing or empty; use a file with a complete tokenizer");
    }
    int[] numbers = metadata.integers("tokenizer.ggml.token_type");
    if (numbers != null && numbers.length < tokens.length) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "tokenizer.ggml.token_type has "
              + numbers.length
              + " entries, expected one for each of the "
              + tokens.length
              + " tokens");
    }
    TokenType[] types = new TokenType[tokens.length];
    int[] starts = new int[tokens.length + 1];
    byte[] texts = new byte[tokens.length * 8];
    int size = 0;
    for (int id = 0; id < tokens.length; id++) {
      types[id] = numbers == null ? TokenType.NORMAL : TokenType.of(numbers[id]);
      // A name that no text has keeps an empty token apart.
      String token = tokens[id].isEmpty() ? "[EMPTY_" + id + "]" : tokens[id];
      byte[] utf8 = token.getBytes(StandardCharsets.UTF_8);
      if (size + utf8.length > texts.length) {
        texts = Arrays.copyOf(texts, Math.max(texts.length * 2, size + utf8.length));
      }
      System.arraycopy(utf8, 0, texts, size, utf8.length);
      size += utf8.length;
      starts[id + 1] = size;
    }
    return new Vocabulary(Arrays.copyOf(texts, size), starts, types);
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
      if (Arrays.equals(texts, starts[id], starts[id + 1], text, from, to)) {
        return id;
      }
      slot = slot + 1 & slots.length - 1;
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
      h = (h ^ text[i] & 0xFF) * 0x01000193;
    }
    return h;
  }

  /** The text of {@code id}, which is in range. */
  String text(int id) {
    return new String(texts, starts[id], starts[id + 1] - starts[id], StandardCharsets.UTF_8);
  }

  /** Bytes of {@code id}'s text. */
  int length(int id) {
    return starts[id + 1] - starts[id];
  }

  /** The UTF-8 bytes of {@code id}'s text. */
  byte[] utf8(int id) {
    return Arrays.copyOfRange(texts, starts[id], starts[id + 1]);
  }

  /** The type of {@code id}. */
  TokenType type(int id) {
    return types[id];
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
    if (id < 0 || id >= types.length) {
      throw new EngineException(
          ErrorCode.TOKEN_OUT_OF_RANGE,
          "token id " + id + " is not in the vocabulary; expected 0 to " + (types.length - 1));
    }
  }

  private void insert(int id) {
    int slot = slot(hash(0, texts, starts[id], starts[id + 1]));
    while (slots[slot] != 0) {
      int other = slots[slot] - 1;
      if (Arrays.equals(
          texts, starts[id], starts[id + 1], texts, starts[other], starts[other + 1])) {
        throw new EngineException(
            ErrorCode.MODEL_INVALID,
            "tokenizer.ggml.tokens has '"
                + text(id)
                + "' twice, as ids "
                + other
                + " and "
                + id
                + "; expected different texts");
      }
      slot = slot + 1 & slots.length - 1;
    }
    slots[slot] = id + 1;
  }

  private int slot(int hash) {
    int mixed = hash * 0x9E3779B1;
    return (mixed ^ mixed >>> 15) & slots.length - 1;
  }
}
