package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.fixture.GoldenLlama;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.KvFormat;
import java.util.List;
import java.util.OptionalInt;
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

  /** How much larger both may be where prefill rounds factors to the 8 bits of bf16. */
  private static final double ROUNDED = 30;

  /** And where decode rounds activations to 10 bits. */
  private static final double ROUNDED_ALONE = 10;

  private static final List<String> PACKED =
      List.of("bf16", "q8_0", "q4_0", "q4_1", "q5", "k-quants");

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
        Provider.all().stream()
            .map(provider ->
                () -> {
                  boolean rounded = provider.rounds() && PACKED.contains(variant);
                  boolean alone = provider.roundsAlone(variant);
                  assertLogits(golden, provider, rounded ? ROUNDED : 1, alone ? ROUNDED_ALONE : 1);
                }));
  }

  private static void assertLogits(
      GoldenLlama golden, Provider provider, double prefillFactor, double decodeFactor) {
    int all = golden.ids().length;
    try (Gguf gguf = golden.open();
        LanguageModel model =
            Models.load(gguf, OptionalInt.empty(), 2, KvFormat.F16, provider.kernels())) {
      assertNear(golden, Logits.of(model, golden.ids(), all), prefillFactor, provider + " prefill");
      assertNear(golden, Logits.of(model, golden.ids(), 1), decodeFactor, provider + " decode");
    }
  }

  private static void assertNear(
      GoldenLlama golden, float[][] actual, double factor, String where) {
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
    String errors = where + ": largest error " + largest + ", typical error " + typical;
    assertTrue(largest <= factor * LARGEST_ERROR && typical <= factor * TYPICAL_ERROR, errors);
  }
}
