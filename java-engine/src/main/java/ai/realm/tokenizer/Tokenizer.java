package ai.realm.tokenizer;

import java.util.List;
import java.util.Set;

/**
 * Text to token ids and back, as the model's vocabulary says. Immutable and safe for all threads.
 */
public interface Tokenizer {

  /**
   * The ids of {@code text}.
   *
   * @param text any string; a lone surrogate becomes U+FFFD
   * @param special which special tokens' texts become their ids, and which stay plain text
   * @param addBos whether the tokens that the model's file asks for around a text (BOS, EOS, CLS,
   *     SEP) are added
   */
  int[] encode(String text, SpecialTokens special, boolean addBos);

  /**
   * The ids of a prompt. A file may also ask for EOS behind a text, but a prompt goes on: of the
   * tokens around it only BOS counts.
   *
   * @param text as of {@link #encode}
   * @param special likewise
   * @param addBos whether BOS goes before it where the model's file asks for that
   */
  default int[] encodePrompt(String text, SpecialTokens special, boolean addBos) {
    int[] ids = encode(text, special, false);
    if (!addBos || !beginsWithBos()) {
      return ids;
    }
    int[] whole = new int[ids.length + 1];
    whole[0] = bos();
    System.arraycopy(ids, 0, whole, 1, ids.length);
    return whole;
  }

  /** Whether the model's file asks for BOS before a text. */
  default boolean beginsWithBos() {
    int[] around = encode("", new SpecialTokens.None(), true);
    return around.length > 0 && around[0] == bos();
  }

  /**
   * The ids of two texts that are judged together, with those that belong around and between them:
   * CLS first SEP second SEP in WordPiece, else BOS first EOS SEP second EOS, as far as the
   * vocabulary has these. No special token is parsed.
   */
  TextPair encodePair(String first, String second);

  /** How many of the tokens that {@link #encode} adds around a text come behind it. */
  int closing();

  /**
   * The bytes that {@code id} stands for: UTF-8, maybe a part of a character; a control token has
   * its text's bytes.
   */
  byte[] bytes(int id);

  /**
   * The text of {@code ids}; bytes that are no valid UTF-8 become U+FFFD.
   *
   * @throws ai.realm.error.EngineException {@code TOKEN_OUT_OF_RANGE} for an id outside the
   *     vocabulary
   */
  String decode(int[] ids);

  /** The number of tokens. */
  int vocabularySize();

  /** Ids that end a generation: EOS, EOT and the like. */
  Set<Integer> endOfGeneration();

  /** The tokens of fill-in-the-middle. */
  default InfillTokens infill() {
    return InfillTokens.NONE;
  }

  /** Whether {@code id} is a control token, which a chat's text does not show. */
  boolean isControl(int id);

  /**
   * The token's text as the vocabulary stores it, for {@code id} in {@code [0, vocabularySize)}.
   */
  String piece(int id);

  /**
   * What was assumed where the file says nothing that is known, in sentences for people; mostly
   * none.
   */
  default List<String> warnings() {
    return List.of();
  }

  /** The id of BOS, or -1 where the vocabulary has none. */
  int bos();

  /** The id of EOS, or -1 where the vocabulary has none. */
  int eos();
}
