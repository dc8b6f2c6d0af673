package ai.realm.tokenizer;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.gguf.GgufMetadata;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * RWKV's "World" tokenizer: from left to right, the longest token that stands at each place. Tokens
 * are bytes, which need not be UTF-8; a GGUF file writes them as Python does, with escapes for what
 * is not ASCII.
 */
final class RwkvTokenizer extends VocabularyTokenizer {
  private final LongestTokens tokens;

  /**
   * The tokenizer that {@code metadata} describes.
   *
   * @throws EngineException {@code MODEL_INVALID} for missing tokens, or an escape that is none
   */
  static RwkvTokenizer read(GgufMetadata metadata) {
    Vocabulary vocabulary = Vocabulary.read(metadata);
    SpecialIds defaults = new SpecialIds(-1, -1, -1, -1, false, false);
    return new RwkvTokenizer(metadata, vocabulary, SpecialIds.read(metadata, vocabulary, defaults));
  }

  private RwkvTokenizer(GgufMetadata metadata, Vocabulary vocabulary, SpecialIds special) {
    super(metadata, vocabulary, special);
    List<LongestTokens.Token> texts = new ArrayList<>();
    for (int id = 0; id < vocabulary.size(); id++) {
      TokenType type = vocabulary.type(id);
      if (type == TokenType.NORMAL || type == TokenType.USER_DEFINED) {
        texts.add(new LongestTokens.Token(normalBytes(id), id));
      }
    }
    this.tokens = new LongestTokens(texts);
  }

  @Override
  void encodePlain(int[] text, boolean afterSpecial, IntList ids) {
    byte[] utf8 = Utf8.encode(text);
    for (int at = 0; at < utf8.length; ) {
      LongestTokens.Token token = tokens.at(utf8, at);
      int id = token == null ? special.unknown() : token.id();
      if (id >= 0) {
        ids.add(id);
      }
      at += token == null ? 1 : token.text().length;
    }
  }

  /** The bytes of a token's text without its escapes: \t, \n, \r, \xHH, and \ before any other. */
  @Override
  byte[] normalBytes(int id) {
    byte[] escaped = vocabulary.utf8(id);
    byte[] out = new byte[escaped.length];
    int size = 0;
    int at = 0;
    while (at < escaped.length) {
      int b = escaped[at++];
      if (b == '\\') {
        b = at < escaped.length ? escaped[at++] : 'x';
        switch (b) {
          case 't' -> b = '\t';
          case 'n' -> b = '\n';
          case 'r' -> b = '\r';
          case 'x' -> {
            b = digit(escaped, at, id) << 4 | digit(escaped, at + 1, id);
            at += 2;
          }
          default -> {} // Itself.
        }
      }
      out[size++] = (byte) b;
    }
    return Arrays.copyOf(out, size);
  }

  private int digit(byte[] escaped, int at, int id) {
    int digit = at < escaped.length ? Character.digit(escaped[at], 16) : -1;
    if (digit < 0) {
      throw new EngineException(
          ErrorCode.MODEL_INVALID,
          "token "
              + id
              + " is '"
              + vocabulary.text(id)
              + "', expected two hexadecimal digits behind \\x; convert the model again");
    }
    return digit;
  }
}
