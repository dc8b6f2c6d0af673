package ai.realm.model.net;

/** How the queries and keys of a layer know their positions. */
public sealed interface Positions
    permits Positions.None, Rope, Positions.Tempered, Positions.ThenNorm {

  /** Not at all: NoPE (Kazemnejad et al. 2023), or an encoder whose embeddings have positions. */
  Positions NONE = new None();

  /** Prepares for positions below {@code end}, ahead of their use by several threads. */
  void reach(int end);

  /** Brings a token's query heads, {@code (heads, head_dim)} from {@code at}, to its position. */
  void queries(float[] x, int at, int heads, int headDim, int position);

  /** The same of its key heads. */
  void keys(float[] x, int at, int heads, int headDim, int position);

  /** Leaves them as they are. */
  record None() implements Positions {
    @Override
    public void reach(int end) {}

    @Override
    public void queries(float[] x, int at, int heads, int headDim, int position) {}

    @Override
    public void keys(float[] x, int at, int heads, int headDim, int position) {}
  }

  /**
   * Others, and scores that grow with the position, as Ministral 3 and Llama 4 have: queries are
   * multiplied by {@code 1 + scale * ln(floor((position + first) / step) + 1)}.
   *
   * @param first what the first position counts as: 0 or 1
   * @param step positions of the context that the model was trained for at first
   */
  record Tempered(Positions positions, float scale, int first, int step) implements Positions {
    @Override
    public void reach(int end) {
      positions.reach(end);
    }

    @Override
    public void queries(float[] x, int at, int heads, int headDim, int position) {
      positions.queries(x, at, heads, headDim, position);
      float temperature = (float) (1 + scale * Math.log((position + first) / step + 1));
      for (int i = at; i < at + heads * headDim; i++) {
        x[i] *= temperature;
      }
    }

    @Override
    public void keys(float[] x, int at, int heads, int headDim, int position) {
      positions.keys(x, at, heads, headDim, position);
    }
  }

  /**
   * RoPE, and behind it the RMS norm of each head; others norm their heads before they turn.
   *
   * @param query {@code (head_dim)}, weights of the norm of queries
   * @param key {@code (head_dim)}, of keys
   */
  record ThenNorm(Rope rope, Norm.Rms query, Norm.Rms key) implements Positions {
    @Override
    public void reach(int end) {
      rope.reach(end);
    }

    @Override
    public void queries(float[] x, int at, int heads, int headDim, int position) {
      rope.queries(x, at, heads, headDim, position);
      norm(query, x, at, heads, headDim);
    }

    @Override
    public void keys(float[] x, int at, int heads, int headDim, int position) {
      rope.keys(x, at, heads, headDim, position);
      norm(key, x, at, heads, headDim);
    }

    private static void norm(Norm.Rms norm, float[] x, int at, int heads, int headDim) {
      for (int head = at; head < at + heads * headDim; head += headDim) {
        double squares = 0;
        for (int i = 0; i < headDim; i++) {
          squares += (double) x[head + i] * x[head + i];
        }
        double scale = 1 / Math.sqrt(squares / headDim + norm.epsilon());
        for (int i = 0; i < headDim; i++) {
          x[head + i] = (float) (x[head + i] * scale * norm.weight()[i]);
        }
      }
    }
  }
}
