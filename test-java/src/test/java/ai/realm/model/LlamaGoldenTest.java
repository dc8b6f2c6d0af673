package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.GoldenLlama;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.scalar.ScalarKernels;
import ai.realm.kernels.vector.VectorKernels;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The forward pass against the logits of every variant of the architecture and every type of
 * weights (src/test/resources/ai/realm/model/README.md).
 */
class LlamaGoldenTest {
  /**
   * Of a logit, in units of the logits' spread. Where an f32 key or value lies on the edge between
   * two F16 numbers, it may be rounded to the other one: a change of up to 0.002.
   */
  private static final double LARGEST_ERROR = 0.005;

  /** Root of the mean square, likewise. */
  private static final double TYPICAL_ERROR = 0.0007;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "tied",
        "groups-of-three",
        "wide-heads",
        "narrow-heads",
        "partial-rope",
        "llama3-rope",
        "linear-rope",
        "yarn-rope",
        "yarn-rope-by-default",
        "f16",
        "bf16",
        "q8_0",
        "q4_0",
        "q4_1",
        "q5",
        "k-quants"
      })
  void theLogitsAreThoseOfTheReference(String variant) {
    GoldenLlama golden = GoldenLlama.read(variant);
    assertAll(
        () -> assertLogits(golden, new ScalarKernels()),
        () -> assertLogits(golden, new VectorKernels()));
  }

  private static void assertLogits(GoldenLlama golden, Kernels kernels) {
    try (Gguf gguf = golden.open();
        LanguageModel model = Models.load(gguf, 2, kernels)) {
      assertNear(golden, Logits.of(model, golden.ids(), golden.ids().length), "prefill");
      assertNear(golden, Logits.of(model, golden.ids(), 1), "decode");
    }
  }

  private static void assertNear(GoldenLlama golden, float[][] actual, String by) {
    double largest = 0;
    double squares = 0;
    for (int i = 0; i < golden.positions().length; i++) {
      float[] row = actual[golden.positions()[i]];
      for (int id = 0; id < row.length; id++) {
        double error = Math.abs(row[id] - golden.logits()[i][id]) / golden.spread();
        largest = Math.max(largest, error);
        squares += error * error;
      }
    }
    double typical = Math.sqrt(squares / golden.positions().length / GoldenLlama.VOCABULARY);
    String errors = by + ": largest error " + largest + ", typical error " + typical;
    assertTrue(largest <= LARGEST_ERROR && typical <= TYPICAL_ERROR, errors);
  }
}
