package ai.realm.bench;

import ai.realm.kernels.AttentionKernels;
import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import ai.realm.kernels.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One token's attention over 2048 positions, each time in another layer's cache, from memory. */
@State(Scope.Benchmark)
public class AttentionBenchmark {
  private static final int HEADS = 32;
  private static final int KV_HEADS = 4;
  private static final int HEAD_DIM = 64;
  private static final int POSITIONS = 2048;
  private static final AttentionShape SHAPE = AttentionShape.causal(HEADS, KV_HEADS, HEAD_DIM);
  private static final int PAGES = POSITIONS / KvLayer.PAGE;

  @Param({"F16", "Q8_0", "Q4_0"})
  public String type;

  @Param({"vector", "native"})
  public String provider;

  private final Arena arena = Arena.ofShared();
  private final WorkerPool pool = Machine.newPool();
  private final float[] q = new float[HEADS * HEAD_DIM];
  private final float[] out = new float[HEADS * HEAD_DIM];
  private final AttentionKernels.Tile tile = new AttentionKernels.Tile(q, out, 0, 1, POSITIONS - 1);
  private AttentionKernels kernels;
  private KvLayer[] layers;
  private int next;

  static Work work(String type) {
    return new Work(PAGES * pageBytes(KvFormat.valueOf(type)), 4.0 * POSITIONS * HEADS * HEAD_DIM);
  }

  private static long pageBytes(KvFormat format) {
    return KvLayer.bytes(format, KV_HEADS, HEAD_DIM);
  }

  @Setup
  public void open() {
    KvFormat format = KvFormat.valueOf(type);
    long pageBytes = pageBytes(format);
    kernels = Providers.open(provider).attention();
    Random random = new Random(3);
    for (int i = 0; i < q.length; i++) {
      q[i] = (float) random.nextGaussian();
    }
    // F16 that are finite: as keys and values, and as the scales of bytes.
    MemorySegment page = arena.allocate(pageBytes, 64);
    for (long at = 0; at < pageBytes; at += Short.BYTES) {
      page.set(ValueLayout.JAVA_SHORT, at, Float.floatToFloat16((float) random.nextGaussian()));
    }
    layers = new KvLayer[Machine.copies(PAGES * pageBytes)];
    for (int i = 0; i < layers.length; i++) {
      MemorySegment[] pages = new MemorySegment[PAGES];
      for (int p = 0; p < PAGES; p++) {
        pages[p] = arena.allocate(pageBytes, 64).copyFrom(page);
      }
      layers[i] = KvLayer.of(pages, POSITIONS, 0, HEAD_DIM, format);
    }
  }

  @TearDown
  public void close() {
    pool.close();
    arena.close();
  }

  @Benchmark
  public float[] attend() {
    next = (next + 1) % layers.length;
    KvLayer kv = layers[next];
    pool.run(KV_HEADS, head -> kernels.attend(SHAPE, tile, kv, head));
    return out;
  }
}
