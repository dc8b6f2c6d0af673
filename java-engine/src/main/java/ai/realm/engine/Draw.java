package ai.realm.engine;

import ai.realm.sampling.Sampler;

/** How the next token of a text comes about. */
sealed interface Draw permits Draw.Free, Guide {
  /** The next token, by a row of logits from {@code logits[at]} on, which it may change. */
  int draw(float[] logits, int at, int vocabulary);

  /** Whether no token can follow those that were drawn. */
  boolean hasEnded();

  /** What draws the tokens after these in the same way with another sampler; this one stays. */
  Draw ahead(Sampler sampler);

  /** Any token may come. */
  record Free(Sampler sampler) implements Draw {
    @Override
    public int draw(float[] logits, int at, int vocabulary) {
      return sampler.sample(logits, at, vocabulary);
    }

    @Override
    public boolean hasEnded() {
      return false;
    }

    @Override
    public Draw ahead(Sampler other) {
      return new Free(other);
    }
  }
}
