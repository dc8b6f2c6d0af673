package ai.realm.model.net;

/** What each token goes through by itself. */
public sealed interface FeedForward {

  /** The function between the matrices. */
  enum Activation {
    /** {@code x / (1 + e^-x)}. */
    SILU,
    /** GELU in its form with tanh. */
    GELU,
    /** GELU as it is defined, by the normal distribution. */
    GELU_ERF
  }

  /** Values between the matrices. */
  int inner();

  /** {@code down(activation(gate(x)) * up(x))} (Shazeer 2020). */
  record Gated(Activation activation, Linear gate, Linear up, Linear down) implements FeedForward {
    @Override
    public int inner() {
      return gate.width();
    }
  }

  /** {@code down(activation(up(x)))}. */
  record Plain(Activation activation, Linear up, Linear down) implements FeedForward {
    @Override
    public int inner() {
      return up.width();
    }
  }
}
