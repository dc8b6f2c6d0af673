package ai.realm.model.net;

import ai.realm.kernels.AttentionShape;
import ai.realm.model.cache.LayerMemory;
import java.util.List;
import java.util.Optional;

/** How the tokens of a sequence see each other. */
public sealed interface Mixer {
  /** Not at all, in layers that are a feed-forward part alone. */
  Mixer NONE = new None();

  /** What a sequence keeps of the tokens that were there. */
  LayerMemory memory();

  /** See {@link #NONE}. */
  record None() implements Mixer {
    @Override
    public LayerMemory memory() {
      return new LayerMemory.Nothing();
    }
  }

  /** By attention. */
  sealed interface Attending extends Mixer {
    /** What sees what. */
    AttentionShape shape();
  }

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
      implements Attending {
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
      implements Attending {
    @Override
    public LayerMemory memory() {
      return new LayerMemory.KeysAndValues(shape);
    }
  }

  /**
   * Attention whose heads are gated, as Qwen 3.5 has it: {@code out(sigmoid(gate) *
   * attend(position(q), position(k), v))}.
   *
   * @param queries {@code (heads * 2 * head_dim, width)}: of each head q, then its gate
   */
  record GatedAttention(
      Linear queries,
      Linear k,
      Linear v,
      Norm qNorm,
      Norm kNorm,
      Positions positions,
      AttentionShape shape,
      Linear out)
      implements Attending {
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
      implements Attending {
    @Override
    public LayerMemory memory() {
      return new LayerMemory.Nothing();
    }
  }

  /**
   * The same in chunks: of the positions that the shape lets a query see, it sees those of its own
   * chunk.
   *
   * @param chunk positions, a multiple of {@link ai.realm.kernels.KvLayer#PAGE}
   */
  record ChunkedAttention(SelfAttention attention, int chunk) implements Attending {
    @Override
    public AttentionShape shape() {
      return attention.shape();
    }

    @Override
    public LayerMemory memory() {
      return attention.memory();
    }
  }

  /**
   * Multi-head latent attention (DeepSeek-AI 2024): a token's keys and values are made of one
   * latent {@code c = norm(latent(x))}, and of a part of the keys with a position, {@code r =
   * rope(position(x))}, which all heads share. Instead of making them, each head takes its matrix
   * of keys into its query, and applies that of values to what it attends to: {@code score = (K^T
   * q) c + rope(q') r} and {@code o = V (sum_j weight[j] c[j])}. What is cached is {@code (c, r)}:
   * one key-value head, however many heads there are.
   *
   * @param queries {@code (heads, still + turned)}: of each head q, then q'
   * @param latent {@code (rank + turned, width)}: c before its norm, then r before it turns
   * @param norm of c, {@code (rank)}
   * @param keys of each head K^T, {@code (rank, still)}
   * @param values of each head V, {@code (value_dim, rank)}
   * @param rope turns {@code turned} values
   * @param shape of one key-value head of {@code rank + turned} values
   * @param out {@code (width, heads * value_dim)}
   */
  record LatentAttention(
      Queries queries,
      Linear latent,
      Norm.Rms norm,
      List<Linear> keys,
      List<Linear> values,
      Rope rope,
      AttentionShape shape,
      Linear out)
      implements Attending {

    @Override
    public LayerMemory memory() {
      return new LayerMemory.KeysAndValues(shape);
    }

    /** Where queries come from. */
    public sealed interface Queries {
      /** {@code (heads * (still + turned), width)}, or of what comes before it. */
      Linear last();
    }

    /** {@code last(x)}. */
    public record Direct(Linear last) implements Queries {}

    /** {@code last(norm(first(x)))}. */
    public record LowRank(Linear first, Norm.Rms norm, Linear last) implements Queries {}

    /** Values of c. */
    public int rank() {
      return norm.weight().length;
    }

    /** Values of the keys' part with a position. */
    public int turned() {
      return shape.headDim() - rank();
    }

    /** Values of a head's query. */
    public int queryDim() {
      return queries.last().width() / shape.heads();
    }

    /** Values of a head's query without a position. */
    public int still() {
      return queryDim() - turned();
    }

    /** Values of a head's result. */
    public int valueDim() {
      return values.getFirst().width();
    }
  }

  /**
   * A gated short convolution (Liquid AI 2025): {@code out(c * convolution(b * x))}, element by
   * element, of {@code (b, c, x) = in(x)}.
   *
   * @param in {@code (3 * width, width)}: the rows of b, then of c, then of x
   * @param convolution of {@code width} channels
   * @param out {@code (width, width)}
   */
  record ShortConvolution(Linear in, Convolution convolution, Linear out) implements Mixer {
    @Override
    public LayerMemory memory() {
      return new LayerMemory.State(convolution.stateValues());
    }
  }

  /**
   * Mamba-2 (Dao and Gu 2024), token by token: {@code (z, u, dt) = in(x)}, {@code (x, B, C) =
   * silu(convolution(u))}, and for each head, whose group has a row of B and one of C, {@code dt =
   * softplus(dt + dtBias)}, {@code S = e^(dt * a) S + dt * x B^T} and {@code y = S C + d * x}. Then
   * {@code out(norm(y * silu(z)))}, where each group is normed by itself.
   *
   * @param in {@code (2 * inner + 2 * groups * state + heads, width)}
   * @param convolution of {@code inner + 2 * groups * state} channels
   * @param dtBias {@code (heads)}
   * @param a {@code (heads)}, below 0
   * @param d {@code (heads)}
   * @param norms of each group's {@code inner / groups} values
   * @param state values of a row of B or C
   * @param out {@code (width, inner)}
   */
  record Mamba2(
      Linear in,
      Convolution convolution,
      float[] dtBias,
      float[] a,
      float[] d,
      List<Norm> norms,
      int state,
      Linear out)
      implements Mixer {
    /** Heads. */
    public int heads() {
      return a.length;
    }

    /** Groups of heads. */
    public int groups() {
      return norms.size();
    }

    /** Values of all heads. */
    public int inner() {
      return convolution.channels() - 2 * groups() * state;
    }

    /** The rows before the next token's convolution, and then S of each head. */
    @Override
    public LayerMemory memory() {
      return new LayerMemory.State(convolution.stateValues() + inner() * state);
    }
  }

  /**
   * A gated delta net (Yang et al. 2024), token by token: {@code (q, k, v) =
   * silu(convolution(qkv(x)))}, and for each head of values, which has a head of q and of k,
   * normed: {@code S = e^(softplus(alpha + dtBias) * a) S}, {@code S = S + sigmoid(beta) * (v - S
   * k) k^T} and {@code y = S q}. Then {@code out(norm(y) * silu(gate(x)))}, where each head is
   * normed by itself.
   *
   * @param qkv {@code (2 * key_heads * key_dim + heads * value_dim, width)}: the rows of q, of k,
   *     of v
   * @param gate {@code (heads * value_dim, width)}
   * @param rates where alpha and beta come from
   * @param convolution of as many channels as qkv has rows
   * @param dtBias {@code (heads)}
   * @param a {@code (heads)}, below 0
   * @param keyHeads of each head of values its head of q and of k, {@code (heads)}
   * @param qNorm brings q to the length {@code 1 / sqrt(key_dim)}
   * @param kNorm brings k to the length 1
   * @param norm of a head's y, {@code (value_dim)}
   * @param out {@code (width, heads * value_dim)}
   */
  record DeltaNet(
      Linear qkv,
      Linear gate,
      Rates rates,
      Convolution convolution,
      float[] dtBias,
      float[] a,
      int[] keyHeads,
      Norm.Rms qNorm,
      Norm.Rms kNorm,
      Norm.Rms norm,
      Linear out)
      implements Mixer {

    /** How fast a state fades, alpha, and how much of a value is new, beta, of each head. */
    public sealed interface Rates {}

    /** Each from a matrix of its own, {@code (heads, width)}. */
    public record Apart(Linear beta, Linear alpha) implements Rates {}

    /**
     * Both from one, {@code (2 * heads, width)}: of each head of keys the betas of its heads of
     * values, then their alphas.
     */
    public record ByKeyHead(Linear both) implements Rates {}

    /** Heads of values. */
    public int heads() {
      return a.length;
    }

    /** Values of a head of q or of k. */
    public int keyDim() {
      return kNorm.weight().length;
    }

    /** Values of a head of v. */
    public int valueDim() {
      return norm.weight().length;
    }

    /** Values of all heads of v. */
    public int inner() {
      return heads() * valueDim();
    }

    /** Heads of q, and as many of k. */
    public int keys() {
      return (convolution.channels() - inner()) / (2 * keyDim());
    }

    /** The rows before the next token's convolution, and then S of each head. */
    @Override
    public LayerMemory memory() {
      return new LayerMemory.State(convolution.stateValues() + inner() * keyDim());
    }
  }
}
