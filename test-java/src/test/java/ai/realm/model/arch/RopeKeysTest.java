package ai.realm.model.arch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.GgufDraft;
import ai.realm.fixture.TinyLlama;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.scalar.ScalarKernels;
import ai.realm.model.net.Rope;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Rotations of heads of eight values: four pairs, which turn by base^(-i/4) a position. */
class RopeKeysTest {
  private static GgufDraft draft() {
    return GgufDraft.of(TinyLlama.bytes(1));
  }

  private static Rope rope(GgufDraft draft) {
    try (Gguf gguf = draft.open()) {
      Hyperparameters h = new Hyperparameters(gguf.metadata(), OptionalInt.empty());
      WeightSource source = new WeightSource(gguf, h, new ScalarKernels(), null, null);
      return RopeKeys.read(h, source, Rope.Pairing.PAIRS);
    }
  }

  /** Four times the pair (1, 0), rotated: the cosine and sine of each angle. */
  private static float[] turned(Rope rope, int position) {
    float[] pairs = {1, 0, 1, 0, 1, 0, 1, 0};
    rope.reach(position + 1);
    rope.queries(pairs, 0, 1, 8, position);
    return pairs;
  }

  /** The expected values are of mpmath, with 40 digits. */
  @Test
  void anglesAreExactAtLatePositions() {
    Rope rope = rope(draft());
    float[] late = {
      0.984314830102f,
      -0.176420846955f,
      -0.819313539252f,
      -0.573345728508f,
      0.537323359261f,
      0.843376314342f,
      0.8638340865f,
      -0.50377640973f
    };
    assertArrayEquals(late, turned(rope, 100_003), 1e-7f);
    float[] later = {
      0.788042239529f,
      -0.615621173059f,
      -0.846190440812f,
      -0.532880603774f,
      0.63230016703f,
      -0.774723498271f,
      0.753815784324f,
      -0.657085811218f
    };
    assertArrayEquals(later, turned(rope, 1_048_575), 1e-7f);
    assertArrayEquals(late, turned(rope, 100_003), 1e-7f, "of a table that grew");
  }

  @Test
  void anotherBaseTurnsTheLaterPairsOtherwise() {
    Rope rope = rope(draft().key("llama.rope.freq_base", 500000.0));
    float[] late = {
      0.984314830102f,
      -0.176420846955f,
      -0.973779162762f,
      -0.227495367363f,
      -0.998546158736f,
      -0.0539033289608f,
      0.569638922711f,
      -0.821895064915f
    };
    assertArrayEquals(late, turned(rope, 100_003), 1e-7f);
  }

  @Test
  void eachHeadFromItsStartOnIsRotatedAndNothingElse() {
    Rope rope = rope(draft().key("llama.rope.dimension_count", 4L));
    rope.reach(6);
    float[] x = new float[20];
    Arrays.fill(x, 1);
    rope.queries(x, 2, 2, 8, 5);
    for (int i = 0; i < x.length; i++) {
      boolean rotated = i >= 2 && i < 6 || i >= 10 && i < 14;
      assertEquals(rotated, x[i] != 1, "value " + i);
    }
  }

  @Test
  void decodeOverALongContextGrowsTheTableRarely() {
    Rope rope = rope(draft());
    int growths = 0;
    for (int end = 1; end <= 300_000; end++) {
      int before = rope.reached();
      rope.reach(end);
      assertTrue(rope.reached() >= end);
      growths += rope.reached() > before ? 1 : 0;
    }
    assertTrue(growths < 50, growths + " tables were made");
    assertTrue(rope.reached() < 320_000, rope.reached() + " positions are too far ahead");
  }

  @Test
  void theOldKeyOfLinearScalingMeansTheSame() {
    float[] scaled = turned(rope(draft().key("llama.rope.scaling.factor", 4.0)), 100);
    assertArrayEquals(turned(rope(draft()), 25), scaled, 1e-7f);
    assertArrayEquals(scaled, turned(rope(draft().key("llama.rope.scale_linear", 4.0)), 100));
    assertArrayEquals(
        scaled,
        turned(
            rope(draft().key("llama.rope.scaling.factor", 0.0).key("llama.rope.scale_linear", 4.0)),
            100));
  }

  @Test
  void aFactorOfZeroOrTheScalingNoneScalesNothing() {
    float[] plain = turned(rope(draft()), 100);
    assertArrayEquals(plain, turned(rope(draft().key("llama.rope.scaling.factor", 0.0)), 100));
    assertArrayEquals(
        plain,
        turned(
            rope(
                draft()
                    .key("llama.rope.scaling.type", "none")
                    .key("llama.rope.scaling.factor", 4.0)),
            100));
  }
}
