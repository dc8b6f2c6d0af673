package ai.realm.kernels;

/**
 * The input of a matrix product: rows of f32, one a token, {@code (n_tokens, columns)}; for a
 * single token the sums of its runs of 16 values, which quantized products need for their minimums
 * and offsets; and what some kernels round them to.
 */
public final class Activations {
  /** Values that share a sum. */
  public static final int SUM_RUN = 16;

  /** How many times the room that is needed may be kept. */
  private static final int KEPT = 32;

  private final int columns;
  private float[] values;
  private final float[] sums;
  private int[] rounded = new int[0];
  private int tokens;

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
    tokens = n;
    int needed = Math.multiplyExact((n + 3) / 4 * 4, columns);
    if (values.length < needed || values.length / KEPT > needed) {
      values = new float[needed];
      rounded = new int[0];
    }
    return this;
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

  /** Sums of 16 consecutive values of the first row, filled by {@link Kernels#sums}. */
  public float[] sums() {
    return sums;
  }
}
