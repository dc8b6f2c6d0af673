package ai.realm.constraint;

import ai.realm.error.EngineException;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Schemas with values that meet them and values that do not: the official test suite, and schemas
 * of the real world. The scripts of {@code npm test} write them into a file.
 */
final class SchemaCases {
  /** Where the cases are, and why there are none. */
  static final String VARIABLE = "REALM_TEST_SCHEMAS";

  /** A schema. */
  record Case(
      String name,
      String group,
      String set,
      JsonElement schema,
      Map<String, JsonElement> schemas,
      List<Instance> instances) {
    boolean isOfSuite() {
      return !set.equals("world");
    }
  }

  /** A value, as JSON. */
  record Instance(String text, boolean valid) {}

  /**
   * What became of a schema.
   *
   * @param code why it was refused, null where it compiled
   * @param message likewise
   * @param bytes of the schema with those that it refers to
   * @param millis of the thread's processor that it took to compile
   * @param wrong values that were taken for what they are not
   */
  record Outcome(
      String name, String code, String message, int bytes, double millis, List<String> wrong) {}

  private SchemaCases() {}

  static List<Case> read(Path file) throws IOException {
    List<Case> cases = new ArrayList<>();
    try (Reader reader = Files.newBufferedReader(file)) {
      for (JsonElement element : JsonParser.parseReader(reader).getAsJsonArray()) {
        JsonObject json = element.getAsJsonObject();
        List<Instance> instances = new ArrayList<>();
        for (JsonElement instance : json.getAsJsonArray("instances")) {
          JsonObject value = instance.getAsJsonObject();
          instances.add(
              new Instance(value.get("text").getAsString(), value.get("valid").getAsBoolean()));
        }
        cases.add(
            new Case(
                json.get("name").getAsString(),
                json.get("group").getAsString(),
                json.get("set").getAsString(),
                json.get("schema"),
                json.getAsJsonObject("schemas").asMap(),
                instances));
      }
    }
    return cases;
  }

  /** Compiles a case's schema, and looks at its instances. */
  static Outcome check(Case given) {
    int bytes = given.schema.toString().length();
    for (JsonElement other : given.schemas.values()) {
      bytes += other.toString().length();
    }
    long start = processorNanos();
    Stacks begin;
    try {
      begin = Texts.of(new Grammar.Source.Schema(given.schema, given.schemas, Texts.FREE));
    } catch (EngineException refusal) {
      double millis = (processorNanos() - start) / 1e6;
      String code = refusal.code().name();
      return new Outcome(given.name, code, refusal.getMessage(), bytes, millis, List.of());
    }
    double millis = (processorNanos() - start) / 1e6;
    List<String> wrong = new ArrayList<>();
    for (Instance instance : given.instances) {
      if (Texts.meets(begin, instance.text) != instance.valid) {
        wrong.add((instance.valid ? "refused " : "admitted ") + instance.text);
      }
    }
    return new Outcome(given.name, null, null, bytes, millis, wrong);
  }

  private static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
