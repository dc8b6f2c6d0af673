package ai.realm.bench;

import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * A benchmark's result.
 *
 * @param family what was measured
 * @param type of the weights, or of keys and values, or empty
 * @param provider of the kernels, or empty
 * @param micros microseconds an operation: the median of the iterations, or for a limit of the
 *     machine the least of them
 * @param least of the iterations
 * @param greatest of the iterations
 * @param work of an operation
 */
record Measured(
    Family family,
    String type,
    String provider,
    double micros,
    double least,
    double greatest,
    Work work) {

  static Measured of(Family family, RunResult result) {
    BenchmarkParams params = result.getParams();
    Statistics times = result.getPrimaryResult().getStatistics();
    String type = parameter(params, "type");
    String provider = parameter(params, "provider");
    return new Measured(
        family,
        type,
        provider,
        family.isLimit() ? times.getMin() : times.getPercentile(50),
        times.getMin(),
        times.getMax(),
        family.work(type, provider));
  }

  private static String parameter(BenchmarkParams params, String name) {
    String value = params.getParam(name);
    return value == null ? "" : value;
  }

  /** 10^9 bytes a second. */
  double gigabytes() {
    return work.bytes() / micros / 1e3;
  }

  /** 10^9 operations a second. */
  double gigaflops() {
    return work.flops() / micros / 1e3;
  }
}
