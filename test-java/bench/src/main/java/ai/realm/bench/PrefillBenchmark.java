package ai.realm.bench;

/** The product of 128 tokens with a matrix, as in taking in a prompt. */
public class PrefillBenchmark extends ProductBenchmark {
  private static final int TOKENS = 128;

  /** With the matrices that JMH's parameters name. */
  public PrefillBenchmark() {
    super(TOKENS);
  }

  static Work work(String type, String provider) {
    return MatrixShape.work(type, provider, TOKENS);
  }
}
