package ai.realm.engine;

import java.util.List;

/**
 * Hears of one generation, on the thread that all generations of the model share: it must neither
 * wait nor throw. Exactly one of the last three calls ends it.
 */
public interface GenerationListener {

  /**
   * The next piece of the text: whole characters, not empty.
   *
   * @return whether more is wanted; false cancels the generation
   */
  boolean text(String piece);

  /**
   * The same where logprobs were asked for, with the tokens that begin in it. A piece may be empty
   * here: where tokens gave no text, at its end.
   */
  default boolean text(String piece, List<TokenLogprob> tokens) {
    return piece.isEmpty() || text(piece);
  }

  /**
   * Whether whoever reads the text does not keep up. It is asked before each step; as long as it is
   * so, the text is not gone on with, and others have its place. Once it no longer is, {@link
   * Generation#goOn} is to be called.
   */
  default boolean behind() {
    return false;
  }

  /** It has ended by itself. */
  void finished(GenerationResult result);

  /** It was cancelled; {@code result} is what it gave until then. */
  void aborted(GenerationResult result);

  /** It failed; other generations are not concerned. */
  void failed(Throwable failure);
}
