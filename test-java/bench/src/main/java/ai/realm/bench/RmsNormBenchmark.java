package ai.realm.bench;

import ai.realm.kernels.Kernels;
import ai.realm.kernels.WorkerPool;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The norms of so many tokens that they lie beyond the caches. */
@State(Scope.Benchmark)
public class RmsNormBenchmark {
  private static final int WIDTH = 2048;
  private static final int TOKENS = Machine.copies(2L * Float.BYTES * WIDTH);
  private static final int PIECES = 64;

  @Param({"vector", "native"})
  public String provider;

  private final WorkerPool pool = Machine.newPool();
  private final float[] x = new float[TOKENS * WIDTH];
  private final float[] out = new float[TOKENS * WIDTH];
  private final float[] weight = new float[WIDTH];
  private Kernels kernels;

  static Work work() {
    return new Work(2.0 * Float.BYTES * TOKENS * WIDTH, 4.0 * TOKENS * WIDTH);
  }

  @Setup
  public void open() {
    kernels = Providers.open(provider);
    Arrays.fill(weight, 0.5f);
    for (int i = 0; i < x.length; i++) {
      x[i] = i % 17 - 8;
    }
  }

  @TearDown
  public void close() {
    pool.close();
  }

  @Benchmark
  public float[] norm() {
    pool.run(
        PIECES,
        piece -> {
          int end = TOKENS * (piece + 1) / PIECES;
          for (int t = TOKENS * piece / PIECES; t < end; t++) {
            kernels.rmsNorm(x, t * WIDTH, weight, 1e-5f, out, t * WIDTH, WIDTH);
          }
        });
    return out;
  }
}
