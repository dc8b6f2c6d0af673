package ai.realm.model.net;

import java.util.Arrays;

/**
 * RoPE (Su et al. 2021): rotates pairs of a head's values by {@code position * frequency[i]}, i
 * numbering the pairs; what is behind them in a head stays as it is.
 */
public final class Rope implements Positions {
  /** Which values of a head make a pair. */
  public enum Pairing {
    /** {@code (2i, 2i + 1)}: as llama's files have their rows. */
    PAIRS,
    /** {@code (i, i + n / 2)} of the n values that turn: as GPT-NeoX has them. */
    HALVES
  }

  /** Positions that a table grows by at most, beyond those asked for. */
  private static final int LARGEST_STEP = 1 << 14;

  private final double[] frequencies;
  private final double magnitude;
  private final Pairing pairing;

  /**
   * The cosines and sines of position p, from {@code p * frequencies.length}; replaced as a whole
   * when it grows.
   */
  private volatile Table table = new Table(new float[0], new float[0]);

  private record Table(float[] cos, float[] sin) {}

  /**
   * Rotations of {@code 2 * frequencies.length} values of a head.
   *
   * @param frequencies radians a position, of each pair
   * @param magnitude what turned values are multiplied by, 1 in most
   */
  public Rope(double[] frequencies, double magnitude, Pairing pairing) {
    this.frequencies = frequencies;
    this.magnitude = magnitude;
    this.pairing = pairing;
  }

  @Override
  public void queries(float[] x, int at, int heads, int headDim, int position) {
    rotate(x, at, heads, headDim, position);
  }

  @Override
  public void keys(float[] x, int at, int heads, int headDim, int position) {
    rotate(x, at, heads, headDim, position);
  }

  /** Positions whose angles are computed. */
  public int reached() {
    return table.cos.length / frequencies.length;
  }

  @Override
  public void reach(int end) {
    int n = frequencies.length;
    int reached = reached();
    if (reached >= end) {
      return;
    }
    // Decode comes here with every token: it must not pay for a new table each time.
    int positions = Math.max(end, reached + Math.min(reached, LARGEST_STEP));
    float[] cos = Arrays.copyOf(table.cos, Math.multiplyExact(positions, n));
    float[] sin = Arrays.copyOf(table.sin, cos.length);
    for (int p = reached; p < positions; p++) {
      for (int i = 0; i < n; i++) {
        double angle = p * frequencies[i];
        cos[p * n + i] = (float) (Math.cos(angle) * magnitude);
        sin[p * n + i] = (float) (Math.sin(angle) * magnitude);
      }
    }
    table = new Table(cos, sin);
  }

  /** Rotates the heads from {@code at} as of {@code position}, which {@link #reach} has covered. */
  private void rotate(float[] x, int at, int heads, int headDim, int position) {
    Table t = table;
    int n = frequencies.length;
    int step = pairing == Pairing.PAIRS ? 2 : 1; // from a pair to the next
    int apart = pairing == Pairing.PAIRS ? 1 : n; // between the two values of a pair
    for (int h = 0; h < heads; h++) {
      int first = at + h * headDim;
      for (int i = 0; i < n; i++, first += step) {
        float c = t.cos[position * n + i];
        float s = t.sin[position * n + i];
        float a = x[first];
        float b = x[first + apart];
        x[first] = a * c - b * s;
        x[first + apart] = a * s + b * c;
      }
    }
  }
}
