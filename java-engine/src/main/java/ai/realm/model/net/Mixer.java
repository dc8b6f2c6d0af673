package ai.realm.model.net;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.cache.LayerMemory;

/** How the tokens of a sequence see each other. */
public sealed interface Mixer {
  /** What a sequence keeps of the tokens that were there. */
  LayerMemory memory();

  /**
   * Attention of a sequence to itself: {@code out(attend(position(q), position(k), v))}.
   *
   * @param q {@code (heads * head_dim, width)}
   * @param k {@code (kv_heads * head_dim, width)}
   * @param v {@code (kv_heads * head_dim, width)}
   * @param qNorm of the queries, over runs as long as its weight: each head, or the whole row
   * @param kNorm of the keys, likewise
   * @param positions how queries and keys know their positions
   * @param shape what sees what
   * @param out {@code (width, heads * head_dim)}
   */
  record SelfAttention(
      Linear q,
      Linear k,
      Linear v,
      Norm qNorm,
      Norm kNorm,
      Positions positions,
      AttentionShape shape,
      Linear out)
      implements Mixer {
    @Override
    public LayerMemory memory() {
      return new LayerMemory.KeysAndValues(shape);
    }
  }
}
