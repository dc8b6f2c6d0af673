package ai.realm.kernels;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Collection;

/**
 * Brings kernels to compiled code before the first real token needs them. The interpreter runs
 * vector code a thousand times slower than compiled code, so every kernel runs on the smallest
 * sizes until the compiler has taken it up. What it assumes from these runs must hold later, or it
 * goes back to the interpreter: memory is of the kind that models use, and loops go round more than
 * once.
 */
public final class WarmUp {
  /**
   * Calls of each kernel: above the compiler's threshold for the kernels where the launcher lowers
   * it, as that of the npm package does ({@code -XX:CompileCommand=CompileThresholdScaling}).
   */
  private static final int ROUNDS = 150;

  private static final int HEAD_DIM = 32;
  private static final int ROWS = Matrix.UNIT;

  private final Thread thread;
  private volatile Throwable failure;

  private WarmUp(Runnable work) {
    thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Throwable t) { // Kept for join(), which throws it.
                failure = t;
              }
            },
            "realm-warm-up");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Starts to run, on a thread of its own, the kernels that a model with matrices of these types
   * and a KV cache of this format uses.
   */
  public static WarmUp start(Kernels kernels, Collection<TensorType> types, KvFormat format) {
    return new WarmUp(() -> {
      try (Arena weights = AnonymousMemory.newArena();
          Arena cache = Arena.ofShared();
          WorkerPool pool = new WorkerPool(1)) {
        for (TensorType type : types) {
          products(kernels, type, weights, pool);
        }
        elementwise(kernels);
        attention(kernels, format, cache);
      }
    });
  }

  /** Waits until the kernels are compiled. */
  public void join() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw new IllegalStateException("a kernel failed on its first run", failure);
    }
  }

  private static void products(Kernels kernels, TensorType type, Arena arena, WorkerPool pool) {
    int columns = 2 * Math.max(type.blockSize(), 32);
    long bytes = (long) columns / type.blockSize() * type.blockBytes() * ROWS;
    MemorySegment data = arena.allocate(bytes, 64);
    TensorInfo tensor = new TensorInfo("warm-up", type, new long[] {columns, ROWS}, 0, data);
    Matrix w = kernels.prepare(tensor, pool, arena);
    Activations one = new Activations(columns).resize(1);
    Activations many = new Activations(columns).resize(17);
    float[] y = new float[17 * Matrix.UNIT];
    for (int i = 0; i < ROUNDS; i++) {
      kernels.sums(one);
      kernels.matmul(w, one, y, 0, Matrix.UNIT, 0, 1);
      kernels.matmul(w, many, y, 0, Matrix.UNIT, 0, 1);
    }
  }

  private static void elementwise(Kernels kernels) {
    float[] x = new float[64];
    float[] y = new float[64];
    for (int i = 0; i < ROUNDS; i++) {
      kernels.rmsNorm(x, 0, y, 1, x, 0, 64);
      kernels.add(x, 0, y, 0, 64);
      kernels.swiglu(x, 0, y, 0, x, 0, 64);
    }
  }

  private static void attention(Kernels kernels, KvFormat format, Arena arena) {
    MemorySegment page = arena.allocate(KvLayer.bytes(format, 1, HEAD_DIM), 64);
    KvLayer kv = new KvLayer(new MemorySegment[] {page, page}, 0, HEAD_DIM, format);
    float[] q = new float[17 * HEAD_DIM];
    float[] out = new float[q.length];
    for (int i = 0; i < ROUNDS; i++) {
      int position = i % 2 * KvLayer.PAGE;
      kernels.attend(q, HEAD_DIM, 0, 17, position, kv, 0, 1, 1, out);
      kernels.attend(q, 3 * HEAD_DIM, 0, 1, position, kv, 0, 3, 1, out);
    }
  }
}
