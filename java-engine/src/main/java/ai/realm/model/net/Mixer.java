package ai.realm.model.net;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.cache.LayerMemory;
import java.util.Optional;

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

  /**
   * The same with a norm of the values, as Gemma 3n and 4 have it: {@code out(attend(position(q),
   * position(k), vNorm(v)))}.
   *
   * @param v empty where the values are what the keys are before their norm
   * @param vNorm of the values, over each head
   */
  record NormedAttention(
      Linear q,
      Linear k,
      Optional<Linear> v,
      Norm qNorm,
      Norm kNorm,
      Norm vNorm,
      Positions positions,
      AttentionShape shape,
      Linear out)
      implements Mixer {
    @Override
    public LayerMemory memory() {
      return new LayerMemory.KeysAndValues(shape);
    }
  }

  /**
   * Attention to the keys and values of an earlier layer (Brandon et al. 2024): {@code
   * out(attend(position(q), k, v))}. It keeps none itself.
   *
   * @param layer whose keys and values these are; it has the same key-value heads and window
   */
  record SharedAttention(
      int layer, Linear q, Norm qNorm, Positions positions, AttentionShape shape, Linear out)
      implements Mixer {
    @Override
    public LayerMemory memory() {
      return new LayerMemory.Nothing();
    }
  }
}
