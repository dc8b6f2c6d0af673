package ai.realm.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class SamplingOptionsTest {

  @Test
  void everyValueOutOfItsRangeIsRefusedByName() {
    for (double bad : new double[] {-1, 100.5, Double.NaN}) {
      refused("temperature", () -> options(bad, 0, 1, 0, 1, 0, 0, Map.of()));
    }
    refused("topK", () -> options(1, -1, 1, 0, 1, 0, 0, Map.of()));
    for (double bad : new double[] {-0.5, 1.01, Double.NaN}) {
      refused("topP", () -> options(1, 0, bad, 0, 1, 0, 0, Map.of()));
    }
    for (double bad : new double[] {-0.01, 1.01, Double.NaN}) {
      refused("minP", () -> options(1, 0, 1, bad, 1, 0, 0, Map.of()));
    }
    for (double bad : new double[] {0, -1, 10.5, Double.NaN}) {
      refused("repeatPenalty", () -> options(1, 0, 1, 0, bad, 0, 0, Map.of()));
    }
    for (double bad : new double[] {-10.5, 10.5, Double.NaN}) {
      refused("presencePenalty", () -> options(1, 0, 1, 0, 1, bad, 0, Map.of()));
      refused("frequencyPenalty", () -> options(1, 0, 1, 0, 1, 0, bad, Map.of()));
    }
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      refused("logitBias", () -> options(1, 0, 1, 0, 1, 0, 0, Map.of(3, bad)));
    }
    refused("logitBias", () -> options(1, 0, 1, 0, 1, 0, 0, Map.of(-1, 0f)));
  }

  @Test
  void theEndsOfTheRangesAreAllowed() {
    assertEquals(100, options(100, Integer.MAX_VALUE, 1, 1, 10, 10, 10, Map.of()).temperature());
    assertEquals(
        0, options(0, 0, 0, 0, 1e-9, -10, -10, Map.of(0, Float.NEGATIVE_INFINITY)).temperature());
  }

  @Test
  void mirostatIsRefusedBesideWhatItTakesThePlaceOf() {
    OptionalSamplers mirostat = Options.mirostat(2, 1).others();
    EngineException error =
        assertThrows(
            EngineException.class,
            () -> choice(OptionalDouble.of(0.9), mirostat).over(SamplingOptions.DEFAULTS));
    assertEquals(ErrorCode.INVALID_ARGUMENT, error.code());
    assertTrue(error.getMessage().contains("topP is given with mirostat"), error.getMessage());
    OptionalSamplers both =
        new OptionalSamplers(
            Optional.empty(),
            Optional.of(Xtc.DEFAULTS),
            Optional.empty(),
            mirostat.mirostat(),
            Optional.empty());
    assertThrows(
        EngineException.class,
        () -> choice(OptionalDouble.empty(), both).over(SamplingOptions.DEFAULTS));
    // What does nothing may be said, and the model's own defaults give way.
    assertEquals(
        0.95, choice(OptionalDouble.empty(), mirostat).over(SamplingOptions.DEFAULTS).topP());
    assertEquals(1, choice(OptionalDouble.of(1), mirostat).over(SamplingOptions.DEFAULTS).topP());
  }

  private static SamplingChoice choice(OptionalDouble topP, OptionalSamplers others) {
    OptionalDouble none = OptionalDouble.empty();
    return new SamplingChoice(
        none,
        OptionalInt.empty(),
        topP,
        none,
        none,
        none,
        none,
        none,
        none,
        Map.of(),
        others,
        OptionalLong.empty());
  }

  private static SamplingOptions options(
      double temperature,
      int topK,
      double topP,
      double minP,
      double repeat,
      double presence,
      double frequency,
      Map<Integer, Float> bias) {
    return new SamplingOptions(temperature, topK, topP, minP, repeat, presence, frequency, bias, 0);
  }

  private static void refused(String option, Executable make) {
    EngineException error = assertThrows(EngineException.class, make);
    assertEquals(ErrorCode.INVALID_ARGUMENT, error.code());
    assertTrue(error.getMessage().contains(option), error.getMessage());
  }
}
