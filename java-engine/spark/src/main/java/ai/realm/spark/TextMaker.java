package ai.realm.spark;

import ai.realm.engine.Generation;
import ai.realm.engine.GenerationListener;
import ai.realm.engine.GenerationResult;
import ai.realm.engine.GenerationRules;
import ai.realm.engine.LoadedModel;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.tokenizer.SpecialTokens;
import ai.realm.tokenizer.SpecialTokens.Range;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Continues the texts of rows.
 *
 * @param before stands before each
 * @param after stands behind each
 * @param rules have the seed of the options
 */
record TextMaker(LoadedModel model, String before, String after, GenerationRules rules)
    implements RowMaker<String> {

  static TextMaker of(RealmOptions options) {
    return new TextMaker(
        ExecutorModels.get(options), options.before(), options.after(), options.generating());
  }

  @Override
  public PendingRow<String> start(String text) {
    long seed = RowSeed.of(rules.sampling().seed().orElseThrow(), text);
    Outcome outcome = new Outcome(new CompletableFuture<>());
    Generation generation =
        model.lease().handOver(lease -> lease.generate(prompt(text), rules.seed(seed), outcome));
    return new PendingRow<>(outcome.text(), generation::cancel);
  }

  /** A row is data: what it says is no special token, and is none together with what is around. */
  private int[] prompt(String text) {
    List<Range> plain =
        text.isEmpty()
            ? List.of()
            : List.of(new Range(before.length(), before.length() + text.length()));
    return model
        .tokenizer()
        .encodePrompt(before + text + after, new SpecialTokens.Outside(plain), /* addBos= */ true);
  }

  private record Outcome(CompletableFuture<String> text) implements GenerationListener {
    @Override
    public boolean text(String piece) {
      return true;
    }

    @Override
    public void finished(GenerationResult result) {
      text.complete(result.text());
    }

    @Override
    public void aborted(GenerationResult result) {
      text.completeExceptionally(
          new EngineException(ErrorCode.ABORTED, "the task of this row was stopped"));
    }

    @Override
    public void failed(Throwable failure) {
      text.completeExceptionally(failure);
    }
  }
}
