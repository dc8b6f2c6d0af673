package ai.realm.kernels;

import ai.realm.gguf.TensorInfo;
import ai.realm.gguf.TensorType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;

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
  private static final int ROUNDS = 24;

  /**
   * Values of a head that take every kind of step: whole ones come first, two vectors at a time.
   */
  private static final int STEPS = 32;

  private static final int ROWS = Matrix.UNIT;

  /** 128 in F16; as two bytes of Q8_0 the scores differ, too. */
  private static final short KEY = 0x5800;

  private final List<Thread> threads = new ArrayList<>();
  private volatile Throwable failure;

  private WarmUp() {}

  /**
   * Starts to run, on threads of their own, the kernels that a model with matrices of these types,
   * heads of {@code headDim} values, if it attends, and a KV cache of this format uses. The threads
   * are two because each waits for the compiler of what it has called. Products of many tokens come
   * after the attention, on its thread: it has their dense loops compiled, with fewer steps.
   */
  public static WarmUp start(
      Kernels kernels, Collection<TensorType> types, OptionalInt headDim, KvFormat format) {
    WarmUp warmUp = new WarmUp();
    warmUp.run(() -> {
      if (headDim.isPresent()) {
        try (Arena arena = Arena.ofShared()) {
          int dim = STEPS + headDim.getAsInt() % STEPS;
          attention(kernels.attention(), dim, format, arena);
        }
      }
      products(kernels, types, Rows.TOGETHER, 19);
    });
    warmUp.run(() -> {
      products(kernels, types, Rows.EACH, 1);
      elementwise(kernels);
    });
    return warmUp;
  }

  private void run(Runnable work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (Throwable t) { // Kept for join(), which throws it.
                failure = t;
              }
            },
            "realm-warm-up-" + (threads.size() + 1));
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  /** Waits until the kernels are compiled. */
  public void join() {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw new IllegalStateException("a kernel failed on its first run", failure);
    }
  }

  private static void products(
      Kernels kernels, Collection<TensorType> types, Rows rows, int tokens) {
    try (Arena arena = AnonymousMemory.newArena(Overcommit.ALLOWED);
        WorkerPool pool = new WorkerPool(1)) {
      for (TensorType type : types) {
        int columns = 2 * Math.max(type.blockSize(), 32);
        long bytes = (long) columns / type.blockSize() * type.blockBytes() * ROWS;
        MemorySegment data = arena.allocate(bytes, 64);
        TensorInfo tensor = new TensorInfo("warm-up", type, new long[] {columns, ROWS}, 0, data);
        Matrix w = kernels.prepare(tensor, pool, arena);
        Activations x = new Activations(columns).resize(tokens);
        float[] y = new float[tokens * Matrix.UNIT];
        Products products = new Products(kernels, pool);
        for (int i = 0; i < ROUNDS; i++) {
          products.run(new Products.Product(rows, w, x, y, 0, Matrix.UNIT));
        }
      }
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

  private static void attention(AttentionKernels kernels, int dim, KvFormat format, Arena arena) {
    MemorySegment page = arena.allocate(KvLayer.bytes(format, 1, dim), 64);
    for (long i = 0; i < page.byteSize(); i += 3 * Short.BYTES) {
      page.set(ValueLayout.JAVA_SHORT, i, KEY); // The scores differ by more than exp() can show.
    }
    KvLayer kv = KvLayer.of(new MemorySegment[] {page, page}, 2 * KvLayer.PAGE, 0, dim, format);
    AttentionShape one = AttentionShape.causal(1, 1, dim).scale(1);
    AttentionShape three = AttentionShape.causal(3, 1, dim).scale(1);
    float[] q = new float[19 * dim];
    Arrays.fill(q, 1);
    float[] out = new float[q.length];
    for (int i = 0; i < ROUNDS; i++) {
      int position = i % 2 * KvLayer.PAGE;
      kernels.attend(one, new AttentionKernels.Tile(q, out, 0, 19, position), kv, 0);
      kernels.attend(three, new AttentionKernels.Tile(q, out, 0, 1, position), kv, 0);
    }
  }
}
