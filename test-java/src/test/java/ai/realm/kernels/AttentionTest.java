package ai.realm.kernels;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.realm.fixture.Rounds;
import ai.realm.kernels.scalar.ScalarKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Attention: every provider's against the scalar one, and each against itself, divided. */
@ParameterizedClass
@MethodSource("ai.realm.kernels.TestedKernels#withScalar")
class AttentionTest {
  private static final AttentionKernels SCALAR = new ScalarKernels().attention();
  private static final int KV_HEADS = 2;
  private static final float SCALE = 0.2f;
  private static final float[] SINKS = {Float.NEGATIVE_INFINITY, 3, 0, 12, -200, 1000};
  private static final float[] SLOPES = {0, 0.5f, 1 / 256f, 0, 3};

  private final AttentionKernels kernels;

  AttentionTest(String provider, Kernels kernels) {
    this.kernels = kernels.attention();
  }

  @ParameterizedTest
  @EnumSource
  void equalsTheScalarOne(KvFormat format) {
    Random random = new Random(3);
    int[][] ranges = {{0, 1}, {0, 5}, {15, 1}, {63, 2}, {64, 1}, {100, 37}, {200, 1}};
    int[] some = {7, 33, 64, 128};
    int[] many = {2, 7, 8, 32, 33, 64, 80, 91, 128};
    for (int dim : Rounds.of(some, many)) {
      for (int group : Rounds.of(new int[] {1, 5}, new int[] {1, 3, 5})) {
        for (int[] range : ranges) {
          assertEqualsTheScalarOne(format, dim, group, range[0], range[1], random);
        }
      }
    }
    for (int[] range : new int[][] {{255, 1}, {255, 2}, {256, 1}, {511, 20}, {700, 1}}) {
      assertEqualsTheScalarOne(format, 64, 3, range[0], range[1], random);
    }
  }

  private void assertEqualsTheScalarOne(
      KvFormat format, int dim, int group, int position, int tokens, Random random) {
    withCache(
        format,
        dim,
        position + tokens,
        random,
        kv -> {
          float[] q = queries(tokens, group, dim, random);
          float[] expected = new float[q.length];
          float[] actual = new float[q.length];
          attend(SCALAR, q, group, 0, tokens, position, kv, expected);
          int half = tokens / 2;
          if (half > 0) {
            attend(kernels, q, group, 0, half, position, kv, actual);
          }
          attend(kernels, q, group, half, tokens - half, position, kv, actual);
          assertArrayEquals(
              expected,
              actual,
              2e-5f,
              "head_dim " + dim + " group " + group + " position " + position + " of " + tokens);
        });
  }

  @ParameterizedTest
  @EnumSource
  void aTokenHasTheSameBitsAloneAndInATile(KvFormat format) {
    Random random = new Random(4);
    int tokens = 13;
    for (int dim : new int[] {32, 33, 64, 80}) {
      for (int position : new int[] {0, 60, 250, 505}) {
        withCache(
            format,
            dim,
            position + tokens,
            random,
            kv -> {
              float[] q = queries(tokens, 3, dim, random);
              float[] together = new float[q.length];
              float[] alone = new float[q.length];
              attend(kernels, q, 3, 0, tokens, position, kv, together);
              for (int t = 0; t < tokens; t++) {
                attend(kernels, q, 3, t, 1, position, kv, alone);
              }
              assertArrayEquals(together, alone, "head_dim " + dim + " position " + position);
            });
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void spansThatAreJoinedGiveTheBitsOfTheWhole(KvFormat format) {
    Random random = new Random(5);
    for (int dim : new int[] {2, 64, 80}) {
      for (int group : new int[] {1, 3, 8}) {
        for (int position : new int[] {0, 255, 256, 511, 600}) {
          assertSpansGiveTheWhole(format, dim, group, position, random);
        }
      }
    }
  }

  private void assertSpansGiveTheWhole(
      KvFormat format, int dim, int group, int position, Random random) {
    withCache(
        format,
        dim,
        position + 1,
        random,
        kv -> {
          int heads = KV_HEADS * group;
          float[] q = queries(1, group, dim, random);
          float[] whole = new float[q.length];
          AttentionShape shape = shape(group, dim);
          AttentionKernels.Tile tile = new AttentionKernels.Tile(q, null, 0, 1, position);
          attend(kernels, q, group, 0, 1, position, kv, whole);
          int spans = Math.ceilDiv(position + 1, KvLayer.SPAN);
          for (int step = 1; step <= spans; step++) {
            float[] parts = new float[spans * heads * (dim + 2)];
            for (int span = 0; span < spans; span += step) {
              int end = Math.min(span + step, spans);
              for (int head = 0; head < KV_HEADS; head++) {
                kernels.attendSpans(shape, tile, kv, head, span, end, parts);
              }
            }
            float[] joined = new float[q.length];
            kernels.joinSpans(shape, parts, spans, joined, 0);
            assertArrayEquals(
                whole, joined, "head_dim " + dim + " position " + position + " by " + step);
          }
        });
  }

  /** A softmax of one score and the sink: the value's weight is 1 / (1 + e^(sink - score)). */
  @ParameterizedTest
  @EnumSource
  void aSinkTakesItsShare(KvFormat format) {
    int dim = 32;
    withCache(
        format,
        dim,
        1,
        new Random(6),
        kv -> {
          float[] q = new float[SINKS.length * dim]; // All scores are 0.
          float[] alone = new float[q.length];
          float[] beside = new float[q.length];
          AttentionKernels.Tile without = new AttentionKernels.Tile(q, alone, 0, 1, 0);
          AttentionKernels.Tile with = new AttentionKernels.Tile(q, beside, 0, 1, 0);
          AttentionShape shape = AttentionShape.causal(SINKS.length, KV_HEADS, dim);
          for (int head = 0; head < KV_HEADS; head++) {
            kernels.attend(shape, without, kv, head);
            kernels.attend(shape.sinks(SINKS), with, kv, head);
          }
          for (int i = 0; i < q.length; i++) {
            double share = 1 / (1 + Math.exp(SINKS[i / dim]));
            assertEquals(alone[i] * share, beside[i], 1e-6 * Math.abs(alone[i]), "value " + i);
          }
        });
  }

  /**
   * With scores of 0, the weights of head h are {@code e^(-slope |position - j|)} on both sides.
   */
  @ParameterizedTest
  @EnumSource
  void aSlopePrefersWhatIsNear(KvFormat format) {
    int dim = 33;
    int length = 70;
    int heads = SLOPES.length * KV_HEADS;
    float[] slopes = cycle(SLOPES, heads);
    withCache(
        format,
        dim,
        length,
        new Random(7),
        kv -> {
          AttentionShape shape = AttentionShape.causal(heads, KV_HEADS, dim);
          float[] values = new float[length * heads * dim]; // Who sees itself alone gets its value.
          attend(shape.window(1), new float[values.length], length, kv, values);
          float[] level = new float[values.length];
          attend(shape.bothWays(), new float[values.length], length, kv, level);
          float[] out = new float[values.length];
          attend(shape.bothWays().slopes(slopes), new float[values.length], length, kv, out);
          for (int i = 0; i < out.length; i++) {
            float slope = slopes[i / dim % heads];
            if (slope == 0) {
              assertEquals(level[i], out[i], 0, "value " + i + " of a head without a slope");
            }
            double sum = 0;
            double expected = 0;
            for (int j = 0; j < length; j++) {
              double weight = Math.exp(-slope * Math.abs(i / (heads * dim) - j));
              sum += weight;
              expected += weight * values[j * heads * dim + i % (heads * dim)];
            }
            assertEquals(expected / sum, out[i], 1e-5, "value " + i);
          }
        });
  }

  private void attend(AttentionShape shape, float[] q, int tokens, KvLayer kv, float[] out) {
    for (int head = 0; head < KV_HEADS; head++) {
      kernels.attend(shape, new AttentionKernels.Tile(q, out, 0, tokens, 0), kv, head);
    }
  }

  private static void attend(
      AttentionKernels kernels,
      float[] q,
      int group,
      int token,
      int tokens,
      int position,
      KvLayer kv,
      float[] out) {
    AttentionKernels.Tile tile = new AttentionKernels.Tile(q, out, token, tokens, position + token);
    for (int head = 0; head < KV_HEADS; head++) {
      kernels.attend(shape(group, kv.headDim()), tile, kv, head);
    }
  }

  /** Heads without a sink or a slope, and with some that take next to nothing, a part, and all. */
  private static AttentionShape shape(int group, int dim) {
    int heads = KV_HEADS * group;
    return AttentionShape.causal(heads, KV_HEADS, dim)
        .scale(SCALE)
        .sinks(cycle(SINKS, heads))
        .slopes(cycle(SLOPES, heads));
  }

  private static float[] cycle(float[] values, int n) {
    float[] cycle = new float[n];
    for (int i = 0; i < n; i++) {
      cycle[i] = values[i % values.length];
    }
    return cycle;
  }

  private static float[] queries(int tokens, int group, int dim, Random random) {
    float[] q = new float[tokens * KV_HEADS * group * dim];
    for (int i = 0; i < q.length; i++) {
      q[i] = (float) random.nextGaussian() * 3;
    }
    return q;
  }

  /** Runs {@code test} on a cache that holds random keys and values of so many positions. */
  private static void withCache(
      KvFormat format, int dim, int positions, Random random, Consumer<KvLayer> test) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] pages = new MemorySegment[Math.ceilDiv(positions, KvLayer.PAGE)];
      long offset = 128;
      KvLayer layout = KvLayer.of(new MemorySegment[0], 0, offset, dim, format);
      for (int p = 0; p < pages.length; p++) {
        pages[p] = arena.allocate(offset + KvLayer.bytes(format, KV_HEADS, dim), 64);
        for (int head = 0; head < KV_HEADS; head++) {
          fill(layout, pages[p], layout.keys(head), random);
          fill(layout, pages[p], layout.values(head), random);
        }
      }
      test.accept(KvLayer.of(pages, positions, offset, dim, format));
    }
  }

  /** Random keys or values of a head: F16, or every level or code with a scale each run. */
  private static void fill(KvLayer kv, MemorySegment page, long at, Random random) {
    if (kv.format() == KvFormat.F16) {
      fillHalves(page, at, KvLayer.PAGE * kv.headDim(), 1, random);
      return;
    }
    boolean bytes = kv.format() == KvFormat.Q8_0;
    int rows = KvLayer.PAGE * kv.format().rowBytes(kv.headDim());
    for (int i = 0; i < rows; i++) {
      int any = bytes ? random.nextInt(255) - 127 : random.nextInt(256);
      page.set(ValueLayout.JAVA_BYTE, at + i, (byte) any);
    }
    int scales = KvLayer.PAGE * KvFormat.runs(kv.headDim());
    fillHalves(page, at + rows, scales, bytes ? 1 / 127f : 1 / 8f, random);
  }

  private static void fillHalves(
      MemorySegment page, long at, int count, float scale, Random random) {
    for (int i = 0; i < count; i++) {
      short half = Float.floatToFloat16((float) random.nextGaussian() * scale);
      page.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + 2L * i, half);
    }
  }
}
