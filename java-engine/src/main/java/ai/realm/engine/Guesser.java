package ai.realm.engine;

import ai.realm.model.Batch;
import ai.realm.model.Cancellation;
import ai.realm.model.Guessing;
import ai.realm.model.LanguageModel;

/** What computes the guesses of a draft. */
sealed interface Guesser extends AutoCloseable {
  /** The model that computes, or whose head does. */
  LanguageModel model();

  /** The logits of a step; false if cancelled. */
  boolean forward(Batch step, float[] results, Cancellation cancellation);

  /** Frees what is its own. */
  @Override
  void close();

  /**
   * A smaller model, which closes with it.
   *
   * @param file its metadata and tokenizer
   */
  record Smaller(ModelFile file, LanguageModel model) implements Guesser {
    @Override
    public boolean forward(Batch step, float[] results, Cancellation cancellation) {
      return model.forward(step, results, cancellation);
    }

    @Override
    public void close() {
      try (file) {
        model.close();
      }
    }
  }

  /** A head of the model whose texts are guessed. */
  record Head(LanguageModel model, Guessing guessing) implements Guesser {
    @Override
    public boolean forward(Batch step, float[] results, Cancellation cancellation) {
      return guessing.guess(step, results, cancellation);
    }

    @Override
    public void close() {}
  }
}
