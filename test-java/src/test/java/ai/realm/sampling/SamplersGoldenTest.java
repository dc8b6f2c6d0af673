package ai.realm.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/**
 * Every sampler against what src/test/python/samplers_golden.py, a plain form of them in numpy,
 * computed: on ties, extremes, a single candidate, and logits of negative infinity.
 */
class SamplersGoldenTest {
  private static final JsonObject GOLDEN = golden();

  @Test
  void leaveTheCandidatesOfThePlainFormWithTheirProbabilities() {
    int number = 0;
    for (JsonElement element : GOLDEN.getAsJsonArray("cases")) {
      JsonObject given = element.getAsJsonObject();
      float[] logits = floats(given.get("logits"));
      JsonObject options = given.getAsJsonObject("options");
      Sampler sampler =
          new Sampler(
              read(options),
              logits.length,
              _ -> breakers(options),
              new RandomNumbers(() -> given.get("chance").getAsDouble()));
      ints(given.get("tokens")).forEach(sampler::accept);
      assertDistribution(given, weighed(sampler, logits), "case " + number++ + " " + options);
    }
    assertTrue(number > 400, "there are " + number + " cases");
  }

  @Test
  void ofAStateTheSameTokenByToken() {
    int number = 0;
    for (JsonElement element : GOLDEN.getAsJsonArray("sequences")) {
      JsonObject given = element.getAsJsonObject();
      JsonObject options = given.getAsJsonObject("options");
      List<JsonElement> steps = given.getAsJsonArray("steps").asList();
      int vocabulary = given.get("vocabulary").getAsInt();
      Sampler sampler = new Sampler(read(options), vocabulary, _ -> null);
      for (JsonElement each : steps) {
        JsonObject step = each.getAsJsonObject();
        float[] logits = floats(step.get("logits"));
        String where = "sequence " + number + " step " + steps.indexOf(each) + " " + options;
        sampler.change(logits, 0);
        sampler.leave(logits, 0, vocabulary);
        Map<Integer, Double> shares = shares(sampler, sampler.weigh());
        assertDistribution(step, shares, where);
        int drawn = step.get("drawn").getAsInt();
        int index = 0;
        while (sampler.candidates().id(index) != drawn) {
          index++;
        }
        sampler.drawn(index);
        sampler.accept(drawn);
      }
      number++;
    }
    assertTrue(number >= 36, "there are " + number + " sequences");
  }

  private static Map<Integer, Double> weighed(Sampler sampler, float[] logits) {
    // Another row around it must not matter.
    float[] rows = new float[logits.length + 7];
    Arrays.fill(rows, Float.NaN);
    System.arraycopy(logits, 0, rows, 4, logits.length);
    sampler.change(rows, 4);
    sampler.leave(rows, 4, logits.length);
    return shares(sampler, sampler.weigh());
  }

  private static Map<Integer, Double> shares(Sampler sampler, double[] weights) {
    Candidates candidates = sampler.candidates();
    double total = Arrays.stream(weights).limit(candidates.size()).sum();
    Map<Integer, Double> shares = new HashMap<>();
    for (int i = 0; i < candidates.size(); i++) {
      shares.put(candidates.id(i), weights[i] / total);
    }
    return shares;
  }

  private static void assertDistribution(
      JsonObject given, Map<Integer, Double> actual, String where) {
    JsonObject expected = given.getAsJsonObject("expected");
    List<Integer> ids = ints(expected.get("ids"));
    List<Integer> sorted = new ArrayList<>(ids);
    sorted.sort(null);
    assertEquals(sorted, actual.keySet().stream().sorted().toList(), where);
    for (int i = 0; i < ids.size(); i++) {
      double p = expected.getAsJsonArray("p").get(i).getAsDouble();
      assertEquals(p, actual.get(ids.get(i)), 1e-7 * p + 1e-12, where + " id " + ids.get(i));
    }
  }

  private static SamplingOptions read(JsonObject json) {
    return new SamplingOptions(
        number(json, "temperature", 1),
        (int) number(json, "topK", 0),
        number(json, "topP", 1),
        number(json, "minP", 0),
        number(json, "typicalP", 1),
        number(json, "topNSigma", 0),
        number(json, "repeatPenalty", 1),
        number(json, "presencePenalty", 0),
        number(json, "frequencyPenalty", 0),
        Map.of(),
        new OptionalSamplers(
            part(json, "dry")
                .map(dry ->
                    new Dry(
                        number(dry, "multiplier", 0),
                        number(dry, "base", 0),
                        (int) number(dry, "allowedLength", 0),
                        (int) number(dry, "lastN", 0),
                        List.of())),
            part(json, "xtc")
                .map(xtc -> new Xtc(number(xtc, "probability", 0), number(xtc, "threshold", 0))),
            part(json, "dynamicTemperature")
                .map(dynamic ->
                    new DynamicTemperature(
                        number(dynamic, "range", 0), number(dynamic, "exponent", 0))),
            part(json, "mirostat")
                .map(mirostat ->
                    new Mirostat(
                        (int) number(mirostat, "version", 0),
                        number(mirostat, "tau", 0),
                        number(mirostat, "eta", 0))),
            part(json, "adaptiveP")
                .map(adaptive ->
                    new AdaptiveP(number(adaptive, "target", 0), number(adaptive, "decay", 0)))),
        0);
  }

  private static DryBreakers breakers(JsonObject options) {
    Map<Integer, List<int[]>> rests = new HashMap<>();
    for (JsonElement breaker : options.getAsJsonObject("dry").getAsJsonArray("breakers")) {
      int[] ids = ints(breaker).stream().mapToInt(Integer::intValue).toArray();
      rests
          .computeIfAbsent(ids[0], _ -> new ArrayList<>())
          .add(Arrays.copyOfRange(ids, 1, ids.length));
    }
    return new DryBreakers(rests);
  }

  private static Optional<JsonObject> part(JsonObject json, String name) {
    return Optional.ofNullable(json.getAsJsonObject(name));
  }

  private static double number(JsonObject json, String name, double otherwise) {
    return json.has(name) ? json.get(name).getAsDouble() : otherwise;
  }

  private static float[] floats(JsonElement array) {
    List<JsonElement> values = array.getAsJsonArray().asList();
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      JsonElement value = values.get(i);
      floats[i] = value.isJsonNull() ? Float.NEGATIVE_INFINITY : value.getAsFloat();
    }
    return floats;
  }

  private static List<Integer> ints(JsonElement array) {
    return array.getAsJsonArray().asList().stream().map(JsonElement::getAsInt).toList();
  }

  private static JsonObject golden() {
    try (InputStream in = SamplersGoldenTest.class.getResourceAsStream("samplers.json.gz");
        Reader reader = new InputStreamReader(new GZIPInputStream(in), StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonObject();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
