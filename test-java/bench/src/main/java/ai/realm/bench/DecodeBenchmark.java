package ai.realm.bench;

/** The product of one token with a matrix, as in decoding. */
public class DecodeBenchmark extends ProductBenchmark {
  private static final int TOKENS = 1;

  /** With the matrices that JMH's parameters name. */
  public DecodeBenchmark() {
    super(TOKENS);
  }

  static Work work(String type, String provider) {
    return MatrixShape.work(type, provider, TOKENS);
  }
}
