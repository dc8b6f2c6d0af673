package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.realm.kernels.AttentionKernels.Tile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attention over windows, both ways and with capped scores: every provider's, the scalar one's too,
 * against softmax(cap(q k^T * scale)) v as it is written, with a mask.
 */
@ParameterizedClass
@MethodSource("ai.realm.kernels.TestedKernels#withScalar")
class SeenPositionsTest {
  private static final int KV_HEADS = 2;
  private static final int GROUP = 3;
  private static final int DIM = 64;
  private static final int LENGTH = 600;

  @Parameter(0)
  String provider;

  @Parameter(1)
  Kernels kernels;

  static Stream<AttentionShape> shapes() {
    AttentionShape causal = AttentionShape.causal(KV_HEADS * GROUP, KV_HEADS, DIM);
    return Stream.of(
        causal,
        causal.softcap(2),
        causal.window(1),
        causal.window(40),
        causal.window(64),
        causal.window(300).softcap(3),
        causal.bothWays(),
        causal.around(0),
        causal.around(17),
        causal.around(257));
  }

  private final Random random = new Random(6);
  private final float[][][] keys = new float[KV_HEADS][LENGTH][DIM];
  private final float[][][] values = new float[KV_HEADS][LENGTH][DIM];

  /**
   * Keys and values of all positions, in pages; where {@code first} is later, without the others.
   */
  private KvLayer cache(Arena arena, int first) {
    MemorySegment[] pages = new MemorySegment[Math.ceilDiv(LENGTH, KvLayer.PAGE)];
    KvLayer layout = KvLayer.of(new MemorySegment[0], 0, 0, DIM, KvFormat.F16);
    for (int page = 0; page < pages.length; page++) {
      boolean kept = (page + 1) * KvLayer.PAGE > first;
      pages[page] =
          kept
              ? arena.allocate(KvLayer.bytes(KvFormat.F16, KV_HEADS, DIM), 64)
              : MemorySegment.NULL;
    }
    for (int p = first / KvLayer.PAGE * KvLayer.PAGE; p < LENGTH; p++) {
      MemorySegment page = pages[p / KvLayer.PAGE];
      int in = p % KvLayer.PAGE;
      for (int head = 0; head < KV_HEADS; head++) {
        for (int i = 0; i < DIM; i++) {
          long key = (in / 16 * DIM + i) * 16L + in % 16;
          set(page, layout.keys(head) + 2 * key, keys[head][p][i]);
          set(page, layout.values(head) + 2 * ((long) in * DIM + i), values[head][p][i]);
        }
      }
    }
    return KvLayer.of(pages, LENGTH, 0, DIM, KvFormat.F16);
  }

  private static void set(MemorySegment page, long at, float half) {
    page.set(ValueLayout.JAVA_SHORT_UNALIGNED, at, Float.floatToFloat16(half));
  }

  private void fill() {
    for (int head = 0; head < KV_HEADS; head++) {
      for (int p = 0; p < LENGTH; p++) {
        for (int i = 0; i < DIM; i++) {
          keys[head][p][i] = Float.float16ToFloat(Float.floatToFloat16(gaussian()));
          values[head][p][i] = Float.float16ToFloat(Float.floatToFloat16(gaussian()));
        }
      }
    }
  }

  private float gaussian() {
    return (float) random.nextGaussian();
  }

  /** What a head gives at a position, in f64. */
  private double[] expected(AttentionShape shape, float[] q, int at, int position, int kvHead) {
    double sum = 0;
    double[] out = new double[DIM];
    for (int p = 0; p < LENGTH; p++) {
      long distance = (long) position - p;
      if (distance > shape.behind() || -distance > shape.ahead()) {
        continue;
      }
      double score = 0;
      for (int i = 0; i < DIM; i++) {
        score += (double) q[at + i] * keys[kvHead][p][i];
      }
      score *= shape.scale();
      if (Float.isFinite(shape.softcap())) {
        score = shape.softcap() * Math.tanh(score / shape.softcap());
      }
      double weight = Math.exp(score);
      sum += weight;
      for (int i = 0; i < DIM; i++) {
        out[i] += weight * values[kvHead][p][i];
      }
    }
    for (int i = 0; i < DIM; i++) {
      out[i] /= sum;
    }
    return out;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void eachRowSeesItsPositionsAndNoOthers(AttentionShape shape) {
    fill();
    int rows = 13;
    float[] q = new float[rows * shape.queryWidth()];
    for (int i = 0; i < q.length; i++) {
      q[i] = 3 * gaussian();
    }
    for (int position : new int[] {0, 30, 57, 250, LENGTH - rows}) {
      try (Arena arena = Arena.ofConfined()) {
        // What the first row does not see any more is not there.
        KvLayer kv = cache(arena, shape.first(position));
        float[] out = new float[q.length];
        float[] alone = new float[q.length];
        for (int head = 0; head < KV_HEADS; head++) {
          kernels.attention().attend(shape, new Tile(q, out, 0, rows, position), kv, head);
          for (int row = 0; row < rows; row++) {
            Tile tile = new Tile(q, alone, row, 1, position + row);
            kernels.attention().attend(shape, tile, kv, head);
          }
        }
        assertArrayEquals(out, alone, "a row alone has the bits that it has in a tile");
        assertSpansGiveTheSame(shape, q, position, kv, out);
        for (int row = 0; row < rows; row += 4) {
          for (int head = 0; head < shape.heads(); head++) {
            int at = row * shape.queryWidth() + head * DIM;
            double[] expected = expected(shape, q, at, position + row, head / GROUP);
            for (int i = 0; i < DIM; i++) {
              assertEquals(expected[i], out[at + i], 2e-5, "position " + (position + row));
            }
          }
        }
      }
    }
  }

  private void assertSpansGiveTheSame(
      AttentionShape shape, float[] q, int position, KvLayer kv, float[] whole) {
    int first = shape.first(position) / KvLayer.SPAN;
    int end = Math.ceilDiv(shape.end(position, LENGTH), KvLayer.SPAN);
    float[] parts = new float[(end - first) * shape.heads() * (DIM + 2)];
    Tile tile = new Tile(q, null, 0, 1, position);
    for (int span = first; span < end; span++) {
      for (int head = 0; head < KV_HEADS; head++) {
        kernels.attention().attendSpans(shape, tile, kv, head, span, span + 1, parts);
      }
    }
    float[] joined = new float[shape.queryWidth() + 5];
    kernels.attention().joinSpans(shape, parts, end - first, joined, 5);
    for (int i = 0; i < shape.queryWidth(); i++) {
      assertEquals(whole[i], joined[5 + i]);
    }
  }
}
