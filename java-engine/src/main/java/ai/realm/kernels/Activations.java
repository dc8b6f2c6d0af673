package ai.realm.kernels;

import java.util.Arrays;

/**
 * The input of a matrix product: rows of f32, one a token, {@code (n_tokens, columns)}; what some
 * kernels round them to; and for a row that goes through products alone the sums of its runs of 16
 * values, which quantized products need for their minimums and offsets.
 */
public final class Activations {
  /** Values that share a sum. */
  public static final int SUM_RUN = 16;

  /** How many times the room that is needed may be kept. */
  private static final int KEPT = 64;

  private int columns;
  private float[] values;
  private float[] sums;
  private int[] rounded = new int[0];
  private int tokens;

  /** Rows by themselves, where there are several. */
  private Activations[] alone = {};

  /** Room for rows of {@code columns} values. */
  public Activations(int columns) {
    this.columns = columns;
    this.values = new float[columns];
    this.sums = new float[(columns + SUM_RUN - 1) / SUM_RUN];
  }

  /**
   * Makes room for {@code n} tokens; the values are undefined from then on. There is room for rows
   * up to the next multiple of four, so that kernels may compute whole tiles of them. The memory of
   * a batch that was much larger is given back.
   */
  public Activations resize(int n) {
    return resize(n, columns);
  }

  /** The same with rows of another width. */
  public Activations resize(int n, int newColumns) {
    if (newColumns != columns) {
      columns = newColumns;
      sums = new float[(columns + SUM_RUN - 1) / SUM_RUN];
    }
    tokens = n;
    int needed = Math.multiplyExact((n + 3) / 4 * 4, columns);
    if (values.length < needed || values.length / KEPT > needed) {
      values = new float[needed];
      rounded = new int[0];
      alone = new Activations[0];
    }
    return this;
  }

  /** Takes each row for itself, as {@link #alone} gives them from then on. */
  void separate() {
    if (tokens == 1) {
      return;
    }
    if (alone.length < tokens) {
      int known = alone.length;
      alone = Arrays.copyOf(alone, tokens);
      for (int t = known; t < tokens; t++) {
        alone[t] = new Activations(columns);
      }
    }
    for (int t = 0; t < tokens; t++) {
      System.arraycopy(values, t * columns, alone[t].resize(1, columns).values, 0, columns);
    }
  }

  /** Row {@code t} by itself. */
  Activations alone(int t) {
    return tokens == 1 ? this : alone[t];
  }

  /** Makes room for {@code words} words of a rounded form of each token, undefined at first. */
  void reserveRounded(int words) {
    int needed = Math.multiplyExact(tokens, words);
    if (rounded.length < needed) {
      rounded = new int[needed];
    }
  }

  /** Rows in use. */
  public int tokens() {
    return tokens;
  }

  /** Values a row. */
  public int columns() {
    return columns;
  }

  /** The values, row after row. */
  public float[] values() {
    return values;
  }

  /** What {@link Kernels#round} made of the values, row after row. */
  public int[] rounded() {
    return rounded;
  }

  /** Sums of 16 consecutive values of the only row, filled by {@link Kernels#sums}. */
  public float[] sums() {
    return sums;
  }
}
