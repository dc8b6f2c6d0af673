package ai.realm.constraint.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.constraint.Stacks;
import ai.realm.constraint.Texts;
import ai.realm.constraint.json.JsonSchema.Style;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Schemas, with values that meet them and values that do not, in {@code schemas.json}. */
final class JsonSchemaTest {
  @TestFactory
  List<DynamicTest> everyKeywordAdmitsWhatItShall() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (JsonElement group : read("schemas.json")) {
      JsonObject object = group.getAsJsonObject();
      String schema = object.get("schema").toString();
      tests.add(DynamicTest.dynamicTest(schema, () -> check(schema, object)));
    }
    assertTrue(tests.size() > 40);
    return tests;
  }

  private static void check(String schema, JsonObject group) {
    Stacks begin = Texts.ofSchema(schema, Texts.FREE);
    for (JsonElement value : group.getAsJsonArray("valid")) {
      assertTrue(Texts.meets(begin, value.toString()), () -> value + " meets " + schema);
    }
    for (JsonElement value : group.getAsJsonArray("invalid")) {
      assertEquals(false, Texts.meets(begin, value.toString()), () -> value + " and " + schema);
    }
    Stacks usual = Texts.ofSchema(schema, Style.USUAL);
    String shortest = Texts.shortest(usual);
    assertTrue(Texts.meets(usual, shortest), shortest);
    assertTrue(Texts.meets(begin, shortest), shortest);
  }

  private static JsonArray read(String name) throws IOException {
    try (Reader reader =
        new InputStreamReader(
            JsonSchemaTest.class.getResourceAsStream(name), StandardCharsets.UTF_8)) {
      return JsonParser.parseReader(reader).getAsJsonArray();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"pattern\": \"(a)\\\\1\"} | /pattern",
        "{\"properties\": {\"a\": {\"$ref\": \"other.json\"}}} | /properties/a/$ref",
        "{\"format\": \"no-such\"} | /format",
        "{\"properties\": {\"a\": {\"$recursiveRef\": \"#\"}}} | /properties/a/$recursiveRef",
        "{\"uniqueItems\": true} | its root cannot be enforced: uniqueItems",
        "{\"properties\": {\"a\": {\"allOf\": [{\"$ref\": \"#/$defs/b\"}]}}, \"$defs\": {\"b\":"
            + " {\"items\": {\"uniqueItems\": true}}}} | /$defs/b/items cannot be enforced:"
            + " uniqueItems",
        "{\"items\": {\"multipleOf\": 0.123456789}} | /items cannot be enforced: multiples of",
        "{\"items\": {\"minProperties\": 99}} | /items cannot be enforced: an object has more than",
        "{\"not\": {\"uniqueItems\": true}} | /not/uniqueItems",
        "{\"$schema\": \"http://json-schema.org/draft-03/schema#\"} | /$schema",
        "{\"multipleOf\": 0.123456789} | multiples of 0.123456789",
      })
  void whatCannotBeEnforcedIsRefused(String schema, String named) {
    EngineException error =
        assertThrows(EngineException.class, () -> Texts.ofSchema(schema, Style.USUAL));
    assertEquals(ErrorCode.SCHEMA_UNSUPPORTED, error.code());
    assertTrue(error.getMessage().contains(named), error.getMessage());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "false",
        "{\"type\": \"string\", \"enum\": [1]}",
        "{\"type\": \"string\", \"minLength\": 3, \"maxLength\": 2}",
        "{\"type\": \"integer\", \"exclusiveMinimum\": 1, \"exclusiveMaximum\": 2}",
        "{\"type\": \"object\", \"required\": [\"a\"], \"properties\": {\"a\": false}}",
        "{\"type\": \"array\", \"minItems\": 1, \"items\": false}",
        "{\"$ref\": \"#/$defs/a\", \"$defs\": {\"a\": {\"type\": \"object\", \"required\": [\"a\"],"
            + " \"properties\": {\"a\": {\"$ref\": \"#/$defs/a\"}}}}}",
        "{\"type\": \"string\", \"pattern\": \"^a\", \"not\": {\"pattern\": \"a\"}}",
        "{\"type\": \"array\", \"uniqueItems\": true, \"minItems\": 3, \"items\": {\"enum\": [1,"
            + " 2]}}",
      })
  void aContradictionIsNamed(String schema) {
    EngineException error =
        assertThrows(EngineException.class, () -> Texts.ofSchema(schema, Style.USUAL));
    assertEquals(ErrorCode.SCHEMA_UNSATISFIABLE, error.code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"properties\": {\"a\": {\"required\": true}}} | /properties/a/required is true",
        "{\"properties\": []} | /properties is []",
        "{\"required\": [1]} | /required is [1]",
        "{\"enum\": 1} | /enum is 1",
        "{\"type\": {}} | /type is {}",
        "{\"uniqueItems\": \"true\"} | /uniqueItems is \"true\"",
        "{\"exclusiveMinimum\": \"1\"} | /exclusiveMinimum is \"1\"",
        "{\"$defs\": {\"a\": 1}, \"$ref\": \"#/$defs/a\"} | /$defs/a is 1",
      })
  void whatIsWrittenWronglyIsRefusedAndNotPassedOver(String schema, String named) {
    EngineException error =
        assertThrows(EngineException.class, () -> Texts.ofSchema(schema, Style.USUAL));
    assertEquals(ErrorCode.INVALID_ARGUMENT, error.code());
    assertTrue(error.getMessage().contains(named), error.getMessage());
  }

  @Test
  void propertiesComeInTheSchemasOrderAndWithSingleSpaces() {
    Stacks begin =
        Texts.ofSchema(
            """
            {"type": "object", "properties": {"b": {"type": "null"}, "a": {"type": "null"}},
             "required": ["a"]}
            """,
            Style.USUAL);
    assertTrue(Texts.meets(begin, "{\"b\": null, \"a\": null, \"c\": 1}"));
    assertTrue(Texts.meets(begin, "{\"a\": null}"));
    assertEquals(false, Texts.meets(begin, "{\"a\": null, \"b\": null}"));
    assertEquals(false, Texts.meets(begin, "{\"a\":null}"));
  }

  @Test
  void aKeyComesButOnce() {
    Stacks begin = Texts.ofSchema("{\"type\": \"object\"}", Texts.FREE);
    assertTrue(Texts.meets(begin, "{\"ab\":1,\"ac\":2}"));
    assertEquals(false, Texts.meets(begin, "{\"ab\":1,\"ab\":2}"));
    assertEquals(false, Texts.meets(begin, "{\"a\\n\":1,\"a\\u000a\":2}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\": \"object\"} | {\"\":0,",
        "{\"type\": \"object\"} | {\"\":0,\"",
        "{\"type\": \"object\"} | {\"\":0,\"a\":0,\"",
        "{\"type\": \"object\"} | {\"ab\":0,\"ab",
        "{\"additionalProperties\": {\"type\": \"null\"}, \"minProperties\": 3} | {\"\":null,\"",
        "{\"propertyNames\": {\"pattern\": \"^x+$\"}} | {\"x\":0,\"x",
        "{\"uniqueItems\": true, \"items\": {\"type\": \"string\"}} | [\"\",",
        "{\"uniqueItems\": true, \"items\": {\"type\": \"string\"}} | [\"\",\"",
        "{\"uniqueItems\": true, \"items\": {\"type\": \"string\"}} | [\"\\u00e9\",\"\\u00e9",
        "{\"uniqueItems\": true, \"items\": {\"pattern\": \"^(ab)+$\", \"type\": \"string\"}} |"
            + " [\"ab\",\"abab\",\"a",
      })
  void whatIsBroughtToItsEndHasNothingTwice(String schema, String begun) {
    Stacks begin = Texts.ofSchema(schema, Texts.FREE);
    Stacks at = begin;
    String text = begun.replace("\\u00e9", "\u00e9");
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      at = at.step(b & 0xFF);
    }
    String whole = text + Texts.shortest(at);
    assertTrue(Texts.meets(begin, whole), whole);
  }

  @Test
  void aStringThatIsFullIsNoOneThatWasThere() {
    Stacks begin =
        Texts.ofSchema(
            """
            {"type": "array", "uniqueItems": true, "items": {"type": "string", "maxLength": 2}}
            """,
            Style.USUAL);
    assertTrue(Texts.meets(begin, "[\"ab\", \"ac\", \"a\"]"));
    Stacks at = begin;
    for (char c : "[\"ab\", \"a".toCharArray()) {
      at = at.step(c);
    }
    // Behind it the text could not be brought to an end.
    assertTrue(Texts.isOver(at.step('b')));
    assertEquals(false, Texts.isOver(at.step('c')));
  }

  @Test
  void randomWaysThroughASchemaEndInTexts() {
    String schema =
        """
        {"type": "object", "additionalProperties": {"type": "array", "items": {"$ref": "#"}},
         "properties": {"n": {"type": "number", "minimum": -1.5, "maximum": 30},
                        "s": {"type": "string", "minLength": 2, "maxLength": 5}},
         "required": ["s"]}
        """;
    Stacks begin = Texts.ofSchema(schema, Texts.FREE);
    Random random = new Random(11);
    for (int round = 0; round < 200; round++) {
      StringBuilder text = new StringBuilder();
      Stacks at = begin;
      for (int n = random.nextInt(60); n > 0; n--) {
        int b = 0x20 + random.nextInt(0x5F);
        Stacks next = at.step(b);
        if (!Texts.isOver(next)) {
          at = next;
          text.append((char) b);
        }
      }
      String whole = text + Texts.shortest(at);
      assertTrue(Texts.meets(begin, whole), whole);
    }
  }
}
