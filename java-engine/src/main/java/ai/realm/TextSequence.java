package ai.realm;

import ai.realm.engine.AwaitedGeneration;
import ai.realm.engine.GenerationResult;
import ai.realm.engine.OpenSequence;
import ai.realm.tokenizer.SpecialTokens;
import ai.realm.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The tokens of one text, which goes on from call to call: what it holds is not computed again, not
 * even the texts that the model made. One call at a time works on it; safe for all threads.
 */
public final class TextSequence implements AutoCloseable {
  private final OpenSequence sequence;

  TextSequence(OpenSequence sequence) {
    this.sequence = sequence;
  }

  /**
   * Continues it with a prompt, taken verbatim, and the text that follows. BOS goes before the
   * first prompt alone, if at all.
   *
   * @param pieces gets each piece of the text on the calling thread: whole characters
   * @throws ai.realm.error.EngineException as {@link Model#generate}, {@code INVALID_ARGUMENT}
   *     while another call works on it, {@code DISPOSED}
   */
  public GenerationResult generate(
      String prompt, GenerateOptions options, Consumer<String> pieces) {
    boolean first = sequence.tokens().length == 0;
    SpecialTokens special = options.special() ? new SpecialTokens.All() : new SpecialTokens.None();
    Tokenizer tokenizer = sequence.model().tokenizer();
    int[] ids = tokenizer.encodePrompt(prompt, special, first && options.addBos());
    return generate(ids, options, pieces);
  }

  /**
   * Continues it with a prompt of ids, which may be empty unless the sequence is; its sharing is
   * that with which it was opened.
   */
  public GenerationResult generate(int[] prompt, GenerateOptions options, Consumer<String> pieces) {
    AwaitedGeneration generation =
        sequence
            .model()
            .lease()
            .handOver(lease ->
                new AwaitedGeneration(
                    listener -> sequence.generate(lease, prompt, options.asked(), listener)));
    return generation.await(piece -> {
      pieces.accept(piece);
      return true;
    });
  }

  /** The ids of its tokens. */
  public int[] tokens() {
    return sequence.tokens();
  }

  /** Another sequence of the same tokens, to be closed, too; see {@link OpenSequence#fork}. */
  public TextSequence fork() {
    return new TextSequence(sequence.fork());
  }

  /** Forgets the tokens from {@code length} on; see {@link OpenSequence#truncate}. */
  public void truncate(int length) {
    sequence.truncate(length);
  }

  /** Writes it to a file; see {@link OpenSequence#save}. */
  public void save(Path path) {
    sequence.save(path, "");
  }

  /** Cancels what runs on it, and frees it; a second call does nothing. */
  @Override
  public void close() {
    sequence.close();
  }
}
