package ai.realm.engine;

import ai.realm.model.net.Pooling;
import java.util.Arrays;

/** What becomes of the states of one text's tokens, which come in order. */
sealed interface Pool {

  /** The pool of a text of {@code tokens} tokens, whose states have {@code width} values. */
  static Pool of(Pooling pooling, int tokens, int width) {
    return switch (pooling) {
      case NONE -> new All(tokens, width);
      case MEAN -> new Mean(width);
      case CLS -> new First(width);
      case LAST -> new Last(width);
    };
  }

  /** Takes in the next token's state, which begins at {@code at}. */
  void add(float[] states, int at);

  /** What it has come to. */
  float[] result();

  /** All states, one behind the other. */
  final class All implements Pool {
    private final float[] states;
    private final int width;
    private int end;

    private All(int tokens, int width) {
      this.states = new float[Math.multiplyExact(tokens, width)];
      this.width = width;
    }

    @Override
    public void add(float[] from, int at) {
      System.arraycopy(from, at, states, end, width);
      end += width;
    }

    @Override
    public float[] result() {
      return states;
    }
  }

  /** Their mean, summed up in f64. */
  final class Mean implements Pool {
    private final double[] sums;
    private int count;

    private Mean(int width) {
      this.sums = new double[width];
    }

    @Override
    public void add(float[] from, int at) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += from[at + i];
      }
      count++;
    }

    @Override
    public float[] result() {
      float[] mean = new float[sums.length];
      for (int i = 0; i < sums.length; i++) {
        mean[i] = (float) (sums[i] / count);
      }
      return mean;
    }
  }

  /** The first one. */
  final class First implements Pool {
    private final int width;
    private float[] state = {};

    private First(int width) {
      this.width = width;
    }

    @Override
    public void add(float[] from, int at) {
      if (state.length == 0) {
        state = Arrays.copyOfRange(from, at, at + width);
      }
    }

    @Override
    public float[] result() {
      return state;
    }
  }

  /** The last one. */
  final class Last implements Pool {
    private final float[] state;

    private Last(int width) {
      this.state = new float[width];
    }

    @Override
    public void add(float[] from, int at) {
      System.arraycopy(from, at, state, 0, state.length);
    }

    @Override
    public float[] result() {
      return state;
    }
  }
}
