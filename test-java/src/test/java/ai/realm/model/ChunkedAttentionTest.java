package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.realm.kernels.AttentionShape;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.KvLayer;
import ai.realm.kernels.Rows;
import ai.realm.kernels.WorkerPool;
import ai.realm.model.cache.Sequence;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention in chunks of 128 positions, against the formula; two heads of eight values. */
class ChunkedAttentionTest {
  private static final int CHUNK = 2 * KvLayer.PAGE;
  private static final int LENGTH = 5 * KvLayer.PAGE + 7;
  private static final int DIM = 8;
  private static final int HEADS = 2;
  private static final AttentionShape SHAPE = AttentionShape.causal(HEADS, 1, DIM).window(CHUNK);

  static List<Provider> providers() {
    return Provider.all();
  }

  /** Values that F16 has. */
  private static float[] random(long seed, int n) {
    float[] values = new float[n];
    Random random = new Random(seed);
    for (int i = 0; i < n; i++) {
      values[i] = (random.nextInt(65) - 32) / 16f;
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("providers")
  void aQuerySeesThoseBeforeItInItsChunk(Provider provider) {
    float[] q = random(1, LENGTH * HEADS * DIM);
    float[] k = random(2, LENGTH * DIM);
    float[] v = random(3, LENGTH * DIM);
    try (Arena arena = Arena.ofShared();
        WorkerPool pool = new WorkerPool(2)) {
      MemorySegment[] pages = new MemorySegment[Math.ceilDiv(LENGTH, KvLayer.PAGE)];
      long bytes = KvLayer.bytes(KvFormat.F16, 1, DIM);
      Arrays.setAll(pages, _ -> arena.allocate(bytes, 64));
      KvLayer layer = KvLayer.of(pages, LENGTH, 0, DIM, KvFormat.F16);
      for (int p = 0; p < LENGTH; p++) {
        Sequence.write(SHAPE, layer, p, k, v, p * DIM);
      }
      Attention attention = new Attention(provider.kernels().attention(), pool);
      float[] all = new float[q.length];
      attention.inChunks(SHAPE, CHUNK, step(0, LENGTH), List.of(layer), q, all);
      for (int p = 0; p < LENGTH; p++) {
        float[] alone = new float[HEADS * DIM];
        float[] row = Arrays.copyOfRange(q, p * HEADS * DIM, (p + 1) * HEADS * DIM);
        attention.inChunks(SHAPE, CHUNK, step(p, 1), List.of(layer), row, alone);
        for (int i = 0; i < HEADS * DIM; i++) {
          double expected = attended(q, k, v, p, i / DIM, i % DIM);
          assertEquals(expected, all[p * HEADS * DIM + i], 1e-4, p + " with others");
          assertEquals(expected, alone[i], 1e-4, p + " alone");
        }
      }
    }
  }

  /** Rows of a sequence, whose own are not asked for. */
  private static Step step(int position, int count) {
    Step.Part part = new Step.Part(/* sequence= */ null, 0, count, position);
    return new Step(List.of(part), List.of(new Step.Run(Rows.TOGETHER, 0, count)), count);
  }

  private static double attended(float[] q, float[] k, float[] v, int position, int head, int i) {
    double sum = 0;
    double weighed = 0;
    for (int p = position / CHUNK * CHUNK; p <= position; p++) {
      double score = 0;
      for (int j = 0; j < DIM; j++) {
        score += q[(position * HEADS + head) * DIM + j] * k[p * DIM + j];
      }
      double weight = Math.exp(score / Math.sqrt(DIM));
      sum += weight;
      weighed += weight * v[p * DIM + i];
    }
    return weighed / sum;
  }
}
