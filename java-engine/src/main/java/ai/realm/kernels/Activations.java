package ai.realm.kernels;

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

  /** Room for rows of {@code columns} values. */
  public Activations(int columns) {
    this.columns = columns;
    this.values = new float[columns];
    this.sums = new float[runs(columns)];
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
    }
    tokens = n;
    int needed = Math.multiplyExact((n + 3) / 4 * 4, columns);
    if (values.length < needed || values.length / KEPT > needed) {
      values = new float[needed];
      rounded = new int[0];
    }
    return this;
  }

  /** Runs of {@link #SUM_RUN} values, the last of which may be shorter, in so many columns. */
  public static int runs(int columns) {
    return (columns + SUM_RUN - 1) / SUM_RUN;
  }

  /** Makes room for the sums of each token's runs, undefined at first. */
  void reserveSums() {
    int needed = tokens * runs(columns);
    if (sums.length < needed || sums.length / KEPT > needed) {
      sums = new float[needed];
    }
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

  /**
   * Sums of each {@link #SUM_RUN} consecutive values of a row, row after row, filled by {@link
   * Kernels#sums}.
   */
  public float[] sums() {
    return sums;
  }
}
