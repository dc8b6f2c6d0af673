package ai.realm.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.realm.constraint.SchemaCases.Case;
import ai.realm.constraint.SchemaCases.Outcome;
import ai.realm.error.ErrorCode;
import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The official test suite of JSON Schema, drafts 2020-12 and draft-07: which of its schemas
 * compile, and that those take every value that is valid and no other. The answers are held to the
 * schemas in test-js, which have ajv.
 */
final class SchemaCasesTest {
  /** Whether the schemas of the real world are compiled, too, and the outcomes are written down. */
  private static final boolean ALL =
      Boolean.parseBoolean(System.getenv("REALM_TEST_SCHEMAS_THOROUGH"));

  private static final Path KEPT = Path.of("../js-bindings/scripts/schemas/results.json");

  /** Of the whole suite. */
  private static final double LEAST_SHARE = 0.9;

  /**
   * Where Realm writes less than the standard has, so that every reader takes it: no leap seconds,
   * and no local parts in quotes.
   */
  private static final Set<String> NARROWER =
      Set.of("format/time", "format/date-time", "format/email");

  private static List<Case> cases;

  @BeforeAll
  static void readCases() throws IOException {
    String file = System.getenv(SchemaCases.VARIABLE);
    if (file == null) {
      String reason = System.getenv(SchemaCases.VARIABLE + "_MISSING");
      String message = "no schemas: " + (reason == null ? "npm test fetches them" : reason);
      assertTrue(!"true".equals(System.getenv("CI")), message);
      assumeTrue(false, message);
    }
    cases = SchemaCases.read(Path.of(file));
  }

  @Test
  void ofTheSuiteNineTenthsCompileAndTakeWhatIsValid() throws IOException {
    Map<String, int[]> compiled = new TreeMap<>();
    List<String> wrong = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    int all = 0;
    int some = 0;
    for (Case given : cases) {
      if (!given.isOfSuite() && !ALL) {
        continue;
      }
      Outcome outcome = SchemaCases.check(given);
      outcomes.add(outcome);
      if (outcome.code() != null) {
        assertTrue(
            Set.of(ErrorCode.SCHEMA_UNSUPPORTED.name(), ErrorCode.SCHEMA_UNSATISFIABLE.name())
                .contains(outcome.code()),
            outcome.name() + ": " + outcome.message());
      }
      for (String value : outcome.wrong()) {
        if (!NARROWER.contains(given.group()) || !value.startsWith("refused")) {
          wrong.add(given.name() + ": " + value);
        }
      }
      if (given.isOfSuite()) {
        int[] counts = compiled.computeIfAbsent(given.set() + " " + given.group(), k -> new int[2]);
        all++;
        counts[1]++;
        if (outcome.code() == null) {
          counts[0]++;
          some++;
        }
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(some >= LEAST_SHARE * all, some + " of " + all);
    if (ALL) {
      Path folder = Files.createDirectories(Path.of("target/schemas"));
      Files.writeString(folder.resolve("outcomes.json"), new Gson().toJson(outcomes));
    } else {
      compareWithKept(compiled);
    }
  }

  /** The tables of docs/formats.md are made of what is kept. */
  private static void compareWithKept(Map<String, int[]> compiled) throws IOException {
    Map<String, String> kept = new TreeMap<>();
    try (Reader reader = Files.newBufferedReader(KEPT)) {
      JsonArray rows = JsonParser.parseReader(reader).getAsJsonObject().getAsJsonArray("suite");
      for (JsonElement row : rows) {
        JsonObject json = row.getAsJsonObject();
        kept.put(
            json.get("set").getAsString() + " " + json.get("group").getAsString(),
            json.get("compiled").getAsInt() + " of " + json.get("schemas").getAsInt());
      }
    }
    Map<String, String> now = new TreeMap<>();
    compiled.forEach((group, counts) -> now.put(group, counts[0] + " of " + counts[1]));
    assertEquals(kept, now, "docs/formats.md is stale: npm run test:schemas -- --write");
  }
}
