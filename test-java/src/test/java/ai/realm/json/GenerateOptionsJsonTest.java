package ai.realm.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.GenerateOptions;
import ai.realm.engine.Claim;
import ai.realm.engine.GenerationRules;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufWriter;
import ai.realm.gguf.Gguf;
import ai.realm.gguf.GgufMetadata;
import ai.realm.model.cache.Sharing;
import ai.realm.sampling.SamplingOptions;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Holds Java to the table of options that JavaScript, its command line and its types have. */
class GenerateOptionsJsonTest {
  /** What JavaScript alone knows: it reads prompts, and asks for several texts. */
  private static final Set<String> OF_JAVASCRIPT =
      Set.of(
          "n",
          "raw",
          "showFormat",
          "continueFinal",
          "system",
          "templateOptions",
          "signal",
          "tools",
          "toolChoice",
          "parallelToolCalls",
          "reasoning");

  private static final JsonObject TABLE = table();

  @Test
  void everyOptionOfTheTableIsReadAndNoOther() {
    JsonObject all = new JsonObject();
    TABLE.keySet().stream()
        .filter(Predicate.not(OF_JAVASCRIPT::contains))
        .forEach(name -> all.add(name, valid(entry(name))));
    Arguments args = new Arguments("options", all);
    GenerateOptionsJson.read(args);
    GenerateOptionsJson.readSharing(args);
    GenerateOptionsJson.readClaim(args);
    GenerateOptionsJson.readFormat(args);
    GenerateOptionsJson.readLogprobs(args);
    args.end();
    assertEquals(25, all.size());
  }

  @Test
  void theDefaultsAreThoseOfTheTable() {
    for (String name : TABLE.keySet()) {
      if (name.equals("priority")) {
        Claim claim = GenerateOptionsJson.readClaim(new Arguments("options", new JsonObject()));
        assertEquals(entry(name).get("default").getAsInt(), claim.priority());
      } else if (!OF_JAVASCRIPT.contains(name)
          && entry(name).get("default") instanceof JsonPrimitive number
          && number.isNumber()) {
        assertEquals(number.getAsDouble(), component(SamplingOptions.DEFAULTS, name), name);
        assertEquals(number.getAsDouble(), component(read(new JsonObject()), name), name);
      }
    }
  }

  @Test
  void theRangesAreThoseOfTheTable() {
    for (String name : TABLE.keySet()) {
      JsonObject entry = entry(name);
      boolean integer = entry.get("kind").getAsString().equals("integer");
      if (OF_JAVASCRIPT.contains(name)
          || !integer && !entry.get("kind").getAsString().equals("number")) {
        continue;
      }
      double to = entry.get("to").getAsDouble();
      accepted(name, to);
      refused(name, integer ? to + 1 : Math.nextUp(to));
      if (entry.has("from")) {
        double from = entry.get("from").getAsDouble();
        accepted(name, from);
        refused(name, integer ? from - 1 : Math.nextDown(from));
      } else {
        double above = entry.get("above").getAsDouble();
        accepted(name, Math.nextUp(above));
        refused(name, above);
      }
    }
  }

  @Test
  void theFieldsOfObjectsHaveTheDefaultsAndRangesOfTheTable() {
    int fields = 0;
    for (String name : TABLE.keySet()) {
      if (!entry(name).get("kind").getAsString().equals("record")) {
        continue;
      }
      JsonObject table = entry(name).getAsJsonObject("fields");
      for (String field : table.keySet()) {
        JsonObject each = table.getAsJsonObject(field);
        String kind = each.get("kind").getAsString();
        if (each.has("default")) {
          double expected = each.get("default").getAsDouble();
          assertEquals(expected, component(part(name, least(table)), field), name + "." + field);
        }
        if (kind.equals("texts")) {
          JsonArray texts = new JsonArray();
          IntStream.range(0, each.get("most").getAsInt()).forEach(i -> texts.add("x" + i));
          part(name, with(table, field, texts));
          texts.add("one more");
          refusedField(name, with(table, field, texts), field);
        } else {
          boolean integer = kind.equals("integer");
          double to = each.get("to").getAsDouble();
          part(name, with(table, field, new JsonPrimitive(to)));
          JsonPrimitive more = new JsonPrimitive(integer ? to + 1 : Math.nextUp(to));
          refusedField(name, with(table, field, more), field);
          double from = each.get(each.has("from") ? "from" : "above").getAsDouble();
          double first = each.has("from") ? from : Math.nextUp(from);
          part(name, with(table, field, new JsonPrimitive(first)));
          double less = integer ? first - 1 : Math.nextDown(first);
          refusedField(name, with(table, field, new JsonPrimitive(less)), field);
        }
        fields++;
      }
    }
    assertEquals(14, fields);
  }

  /** An object with the fields that must be there. */
  private static JsonObject least(JsonObject table) {
    JsonObject value = new JsonObject();
    for (String field : table.keySet()) {
      if (table.getAsJsonObject(field).has("required")) {
        value.add(field, table.getAsJsonObject(field).get("to"));
      }
    }
    return value;
  }

  private static JsonObject with(JsonObject table, String field, JsonElement value) {
    JsonObject object = least(table);
    object.add(field, value);
    return object;
  }

  private static Object part(String name, JsonObject value) {
    JsonObject options = new JsonObject();
    options.add(name, value);
    return ((Optional<?>) invoked(read(options).others(), name)).orElseThrow();
  }

  private static void refusedField(String name, JsonObject value, String field) {
    EngineException error =
        assertThrows(EngineException.class, () -> part(name, value), name + "." + field);
    assertEquals(ErrorCode.INVALID_ARGUMENT, error.code());
    assertTrue(error.getMessage().contains(name + "." + field), error.getMessage());
  }

  @Test
  void asManyStopTextsAreTakenAsTheTableAllows() {
    int most = entry("stop").get("most").getAsInt();
    JsonObject options = new JsonObject();
    JsonArray stop = new JsonArray();
    for (int i = 0; i < most; i++) {
      stop.add("x" + i);
    }
    options.add("stop", stop);
    assertEquals(most, GenerateOptionsJson.read(new Arguments("options", options)).stop().size());
    stop.add("one more");
    assertThrows(
        EngineException.class, () -> GenerateOptionsJson.read(new Arguments("options", options)));
  }

  @Test
  void theChoicesAreThoseOfTheTable() {
    JsonObject options = new JsonObject();
    options.addProperty("tenant", "who");
    List<Sharing> expected =
        List.of(new Sharing.Tenant("who"), new Sharing.Everyone(), new Sharing.Nobody());
    for (int i = 0; i < expected.size(); i++) {
      options.add("cache", entry("cache").getAsJsonArray("values").get(i));
      assertEquals(expected.get(i), GenerateOptionsJson.readSharing(new Arguments("o", options)));
    }
    assertEquals(expected.size(), entry("cache").getAsJsonArray("values").size());
    options.addProperty("cache", "TENANT");
    assertThrows(
        EngineException.class, () -> GenerateOptionsJson.readSharing(new Arguments("o", options)));
  }

  @Test
  void nullCountsAsLeftOut() {
    JsonObject options = new JsonObject();
    TABLE.keySet().forEach(name -> options.add(name, JsonNull.INSTANCE));
    OF_JAVASCRIPT.forEach(options::remove);
    GenerationRules read = GenerateOptionsJson.read(new Arguments("options", options));
    assertTrue(read.maxTokens().isEmpty());
    assertEquals(0.95, read.sampling().over(SamplingOptions.DEFAULTS).topP());
  }

  @Test
  void aModelsFileGivesOtherDefaultsAndOptionsWin() {
    for (String name : TABLE.keySet()) {
      if (!entry(name).has("file")) {
        continue;
      }
      String key = "general.sampling." + entry(name).get("file").getAsString();
      boolean integer = entry(name).get("kind").getAsString().equals("integer");
      GgufWriter file = new GgufWriter();
      SamplingOptions defaults =
          SamplingOptions.of(metadata(integer ? file.int32(key, 7) : file.float32(key, 0.3f)));
      double recommended = integer ? 7 : 0.3;
      assertEquals(recommended, component(defaults, name), name);
      JsonObject options = new JsonObject();
      assertEquals(recommended, component(over(options, defaults), name), name);
      options.addProperty(name, 1);
      assertEquals(1, component(over(options, defaults), name), name);
    }
    assertEquals(
        0,
        SamplingOptions.of(metadata(new GgufWriter().int32("general.sampling.top_k", -1))).topK());
  }

  @Test
  void aFileWithDefaultsOutOfRangeIsRefused() {
    EngineException error =
        assertThrows(
            EngineException.class,
            () ->
                SamplingOptions.of(
                    metadata(new GgufWriter().float32("general.sampling.temp", -1f))));
    assertEquals(ErrorCode.MODEL_INVALID, error.code());
    assertTrue(error.getMessage().contains("temperature is -1.0"), error.getMessage());
  }

  @Test
  void theSeedIsAnotherEachTimeWhereNoneIsGivenOrMinusOne() {
    JsonObject minusOne = new JsonObject();
    minusOne.addProperty("seed", -1);
    for (JsonObject options : new JsonObject[] {new JsonObject(), minusOne}) {
      assertNotEquals(read(options).seed(), read(options).seed());
    }
    JsonObject given = new JsonObject();
    given.addProperty("seed", -7);
    assertEquals(-7, read(given).seed());
  }

  @Test
  void theJavaApiHasTheSameNames() {
    Set<String> methods =
        Arrays.stream(GenerateOptions.class.getMethods())
            .filter(method -> method.getReturnType() == GenerateOptions.class)
            .map(Method::getName)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> names = new TreeSet<>(TABLE.keySet());
    names.removeAll(OF_JAVASCRIPT);
    // Prompts are texts verbatim there: these say how such a text is read.
    names.addAll(Set.of("special", "addBos"));
    assertEquals(names, methods);
  }

  private static void accepted(String name, double value) {
    JsonObject options = new JsonObject();
    options.addProperty(name, value);
    read(options);
  }

  private static void refused(String name, double value) {
    EngineException error = assertThrows(EngineException.class, () -> accepted(name, value), name);
    assertEquals(ErrorCode.INVALID_ARGUMENT, error.code());
    assertTrue(error.getMessage().contains(name), error.getMessage());
  }

  private static SamplingOptions read(JsonObject options) {
    return over(options, SamplingOptions.DEFAULTS);
  }

  private static SamplingOptions over(JsonObject options, SamplingOptions defaults) {
    Arguments args = new Arguments("options", options);
    GenerateOptionsJson.readClaim(args);
    GenerateOptionsJson.readLogprobs(args);
    return GenerateOptionsJson.read(args).sampling().over(defaults);
  }

  private static double component(Object options, String name) {
    return ((Number) invoked(options, name)).doubleValue();
  }

  private static Object invoked(Object options, String name) {
    try {
      return options.getClass().getMethod(name).invoke(options);
    } catch (ReflectiveOperationException failure) {
      throw new LinkageError(failure.getMessage(), failure);
    }
  }

  private static JsonElement valid(JsonObject entry) {
    return switch (entry.get("kind").getAsString()) {
      case "text" -> new JsonPrimitive("x");
      case "choice" -> entry.getAsJsonArray("values").get(0);
      case "texts" -> JsonParser.parseString("['x']");
      case "format" -> JsonParser.parseString("{'regex': 'x'}");
      case "record" -> least(entry.getAsJsonObject("fields"));
      case "biases" -> JsonParser.parseString("{'3': '-Infinity', '4': 1.5}");
      default -> entry.get("to");
    };
  }

  private static JsonObject entry(String name) {
    return TABLE.getAsJsonObject(name);
  }

  private static GgufMetadata metadata(GgufWriter file) {
    return Gguf.of(MemorySegment.ofArray(file.bytes()), () -> {}).metadata();
  }

  private static JsonObject table() {
    Path file = Path.of("../js-bindings/lib/generation/options.js");
    try {
      // A module of JavaScript that assigns JSON.
      String json = Files.readString(file).split(" = ", 2)[1];
      return JsonParser.parseString(json).getAsJsonObject();
    } catch (IOException failure) {
      throw new LinkageError(failure.getMessage(), failure);
    }
  }
}
