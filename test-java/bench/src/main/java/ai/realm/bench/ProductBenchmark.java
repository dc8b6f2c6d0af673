package ai.realm.bench;

import ai.realm.kernels.Activations;
import ai.realm.kernels.AnonymousMemory;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.Matrix;
import ai.realm.kernels.Overcommit;
import ai.realm.kernels.Products;
import ai.realm.kernels.Rows;
import ai.realm.kernels.WorkerPool;
import java.lang.foreign.Arena;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The product of some tokens with a matrix: each time another one, from memory. */
@State(Scope.Benchmark)
public abstract class ProductBenchmark {
  @Param({
    "Q4_K", "Q5_K", "Q6_K", "Q3_K", "Q2_K", "Q8_0", "Q4_1", "Q4_0", "IQ4_NL", "IQ4_XS", "MXFP4",
    "NVFP4", "IQ3_S", "IQ2_S", "IQ1_M", "TQ2_0", "F32"
  })
  public String type;

  @Param({"vector", "native"})
  public String provider;

  private final Arena arena = AnonymousMemory.newArena(Overcommit.REFUSED);
  private final WorkerPool pool = Machine.newPool();
  private final Activations x;
  private final float[] y;
  private Products products;
  private Matrix[] matrices;
  private int next;

  /** Multiplies this many tokens at a time. */
  ProductBenchmark(int tokens) {
    x = MatrixShape.activations(tokens);
    y = new float[tokens * MatrixShape.ROWS];
  }

  @Setup
  public void open() {
    Kernels kernels = Providers.open(provider);
    products = new Products(kernels, pool);
    matrices = MatrixShape.matrices(type, kernels, pool, arena);
  }

  @TearDown
  public void close() {
    pool.close();
    arena.close();
  }

  @Benchmark
  public float[] multiply() {
    next = (next + 1) % matrices.length;
    Rows rows = x.tokens() == 1 ? Rows.EACH : Rows.TOGETHER;
    products.run(new Products.Product(rows, matrices[next], x, y, 0, MatrixShape.ROWS));
    return y;
  }
}
