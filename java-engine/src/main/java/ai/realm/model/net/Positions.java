package ai.realm.model.net;

/** How the queries and keys of a layer know their positions. */
public sealed interface Positions permits Positions.None, Rope, Positions.Tempered {

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
   * RoPE, and scores that grow with the position, as Ministral 3 has: queries are multiplied by
   * {@code 1 + scale * ln(floor(position / step) + 1)}.
   *
   * @param step positions of the context that the model was trained for at first
   */
  record Tempered(Rope rope, float scale, int step) implements Positions {
    @Override
    public void reach(int end) {
      rope.reach(end);
    }

    @Override
    public void queries(float[] x, int at, int heads, int headDim, int position) {
      rope.queries(x, at, heads, headDim, position);
      float temperature = (float) (1 + scale * Math.log(position / step + 1));
      for (int i = at; i < at + heads * headDim; i++) {
        x[i] *= temperature;
      }
    }

    @Override
    public void keys(float[] x, int at, int heads, int headDim, int position) {
      rope.keys(x, at, heads, headDim, position);
    }
  }
}
