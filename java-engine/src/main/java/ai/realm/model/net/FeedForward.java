package ai.realm.model.net;

import java.util.List;

/** What each token goes through by itself. */
public sealed interface FeedForward {
  /** None, in layers that are a mixer alone. */
  FeedForward NONE = new None();

  /** See {@link #NONE}. */
  record None() implements FeedForward {}

  /** The function between the matrices. */
  enum Activation {
    /** {@code x / (1 + e^-x)}. */
    SILU,
    /** GELU in its form with tanh. */
    GELU,
    /** GELU as it is defined, by the normal distribution. */
    GELU_ERF,
    /** {@code max(x, 0)^2} (So et al. 2021). */
    RELU_SQUARED
  }

  /** One function for every token. */
  sealed interface Dense extends FeedForward {
    /** {@code (inner, width)}. */
    Linear up();

    /** {@code (width, inner)}. */
    Linear down();

    /** Values between the matrices. */
    default int inner() {
      return up().width();
    }
  }

  /** A gated linear unit (Dauphin et al. 2017), whose gate stands beside its {@code up}. */
  sealed interface GatedUnit extends Dense {
    /** {@code (inner, width)}. */
    Linear gate();
  }

  /** {@code down(activation(gate(x)) * up(x))} (Shazeer 2020). */
  record Gated(Activation activation, Linear gate, Linear up, Linear down) implements GatedUnit {}

  /**
   * {@code down(g * sigmoid(1.702 g) * (u + 1))} of {@code g = min(gate(x), 7)} and of {@code u},
   * which is {@code up(x)} brought within {@code +-7} (OpenAI 2025).
   */
  record ClampedGated(Linear gate, Linear up, Linear down) implements GatedUnit {}

  /**
   * {@code down(gelu(sparse(gate(x))) * up(x))}, where {@code sparse} leaves of a row what lies
   * above all but 5 % of a normal distribution ({@link
   * ai.realm.kernels.ElementwiseKernels#sparsify}).
   */
  record SparseGated(Linear gate, Linear up, Linear down) implements GatedUnit {}

  /** {@code down(activation(up(x)))}. */
  record Plain(Activation activation, Linear up, Linear down) implements Dense {}

  /** What the weights of experts multiply. */
  enum Weighed {
    /** {@code weight * expert(x)}. */
    RESULTS,
    /** {@code expert(weight * x)}. */
    INPUTS
  }

  /**
   * A mixture of experts (Shazeer et al. 2017): {@code sum_j weight[j] * expert[j](x)} over the
   * experts that {@code routing} chooses by {@code router(x)}.
   *
   * @param router {@code (n_expert, width)}
   * @param weighed what the weights multiply, the results in most
   * @param experts all alike, {@code n_expert} of them
   * @param factors of the experts' results, {@code (n_expert)}; ones in most
   */
  record Experts(
      Linear router, Routing routing, Weighed weighed, float[] factors, List<Dense> experts)
      implements FeedForward {
    /** Values between the matrices of an expert. */
    public int inner() {
      return experts.getFirst().inner();
    }

    /** Experts of a token. */
    public int used() {
      return routing.used();
    }
  }

  /**
   * A dense part and a mixture side by side, as Gemma 4 has them, of the stream without the norm
   * that other parts have before them: {@code afterDense(dense(norm(x))) +
   * afterExperts(experts(expertNorm(x)))}, where the router reads {@code routerNorm(x)}; the norm
   * of the dense part is the block's.
   */
  record BesideExperts(
      Gated dense,
      Norm afterDense,
      Norm routerNorm,
      Norm expertNorm,
      Experts experts,
      Norm afterExperts)
      implements FeedForward {}

  /**
   * A mixture beside an expert that every token goes through (Dai et al. 2024): {@code shared(x) +
   * routed(x)}.
   */
  record WithShared(Dense shared, Experts routed) implements FeedForward {}

  /**
   * The same where each token says how much of it it takes: {@code sigmoid(gate(x)) * shared(x) +
   * routed(x)}.
   *
   * @param gate {@code (1, width)}
   */
  record WithGatedShared(Linear gate, Dense shared, Experts routed) implements FeedForward {}
}
