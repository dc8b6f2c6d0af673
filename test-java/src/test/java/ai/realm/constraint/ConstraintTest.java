package ai.realm.constraint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.constraint.json.JsonSchema.Style;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeTokenizer;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tokens may come, and what they make together. */
final class ConstraintTest {
  private static final TokenTrie TRIE =
      new TokenTrie(
          new WordsTokenizer(
              "\"",
              "\",",
              "\":",
              "\": ",
              "\": \"",
              "{\"",
              "\"}",
              "\"]",
              "[\"",
              ", \"",
              "ab",
              "abc",
              "a\"",
              "\\u00",
              "\\\"",
              "tr",
              "true",
              "ue",
              "null",
              "12",
              "1.5",
              "00",
              "],",
              "}}",
              "]]",
              "\u00e9",
              "\u00e9\"",
              "\n  ",
              "name",
              "ame\":",
              "x y",
              "aaaaaaaa"));

  private static Grammar schema(String schema, Style style) {
    return Grammar.compile(
        new Grammar.Source.Schema(JsonParser.parseString(schema), Map.of(), style), TRIE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "{\"type\": \"object\", \"properties\": {\"name\": {\"type\": \"string\", \"maxLength\":"
            + " 3}, \"n\": {\"type\": \"integer\", \"multipleOf\": 5, \"minimum\": -12}},"
            + " \"required\": [\"n\"], \"additionalProperties\": {\"type\": \"boolean\"}}",
        "{\"type\": \"array\", \"items\": {\"type\": \"string\", \"pattern\": \"^a[a-c]*$\"},"
            + " \"uniqueItems\": true, \"minItems\": 1}",
        "{\"type\": \"array\", \"contains\": {\"const\": \"a\"}, \"maxContains\": 2}",
        "{\"anyOf\": [{\"type\": \"string\", \"minLength\": 4}, {\"enum\": [\"ab\", 12, null]}]}",
      })
  void exactlyTheTokensMayComeBehindWhichTheTextCanEnd(String schema) {
    Random random = new Random(13);
    for (Style style : List.of(Texts.FREE, Style.USUAL)) {
      Grammar grammar = schema(schema, style);
      for (int round = 0; round < 20; round++) {
        Constraint constraint = grammar.constrain();
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        boolean ended = false;
        for (int step = 0; step < 30 && !ended; step++) {
          TokenSet allowed = constraint.allowed();
          for (int id = 0; id < TRIE.vocabulary(); id++) {
            assertEquals(constraint.allows(id), allowed.contains(id), "token " + id + " " + text);
          }
          int token = any(allowed, random);
          ended = constraint.ends(token);
          if (!ended) {
            constraint.accept(token);
            text.writeBytes(TRIE.text(token));
          }
        }
        if (!ended) {
          for (int token : constraint.shortest()) {
            text.writeBytes(TRIE.text(token));
          }
        }
        String whole = text.toString(StandardCharsets.UTF_8);
        assertTrue(Texts.meets(Texts.ofSchema(schema, Texts.FREE), whole), whole);
      }
    }
  }

  private static int any(TokenSet allowed, Random random) {
    int index = random.nextInt(allowed.count());
    int id = -1;
    for (int left = index; left >= 0; left--) {
      do {
        id++;
      } while (!allowed.contains(id));
    }
    return id;
  }

  @Test
  void theTextMayEndOnlyWhereItsValueDoes() {
    Constraint constraint = schema("{\"type\": \"integer\"}", Style.USUAL).constrain();
    assertEquals(false, constraint.allows(FakeTokenizer.EOS));
    constraint.accept('7');
    assertTrue(constraint.allows(FakeTokenizer.EOS));
    assertEquals(false, constraint.hasEnded());
    Constraint list = schema("{\"type\": \"array\", \"maxItems\": 0}", Style.USUAL).constrain();
    list.accept('[');
    list.accept(']');
    assertTrue(list.hasEnded());
  }

  @Test
  void bytesThatMustComeAreForced() {
    Grammar grammar =
        schema(
            "{\"type\": \"object\", \"required\": [\"name\"], \"properties\": {\"name\":"
                + " {\"type\": \"string\"}}, \"additionalProperties\": false}",
            Style.USUAL);
    Constraint constraint = grammar.constrain();
    int[] forced = constraint.forced(64);
    StringBuilder text = new StringBuilder();
    for (int token : forced) {
      text.append(new String(TRIE.text(token), StandardCharsets.UTF_8));
      constraint.accept(token);
    }
    assertEquals("{\"name\": \"", text.toString());
    assertArrayEquals(new int[0], constraint.forced(64));
  }

  @Test
  void whatIsNotAllowedIsNotAccepted() {
    TokenTrie trie = new TokenTrie(new WordsTokenizer());
    Grammar grammar = Grammar.compile(new Grammar.Source.Choices(List.of("a")), trie);
    Constraint constraint = grammar.constrain();
    constraint.accept('a');
    assertThrows(IllegalStateException.class, () -> constraint.accept('b'));
    assertThrows(IllegalStateException.class, () -> constraint.accept(FakeTokenizer.CONTROL));
  }

  @Test
  void choicesAndPatternsAreTheWholeText() {
    Stacks choices = Texts.of(new Grammar.Source.Choices(List.of("yes", "no", "yes, but")));
    assertTrue(Texts.meets(choices, "yes, but"));
    assertEquals(false, Texts.meets(choices, "yes,"));
    Stacks pattern = Texts.of(new Grammar.Source.Whole("\\d{3}-[a-f]+"));
    assertTrue(Texts.meets(pattern, "123-fa"));
    assertEquals(false, Texts.meets(pattern, "x123-fa"));
    EngineException none =
        assertThrows(EngineException.class, () -> Texts.of(new Grammar.Source.Whole("a(?!a)a")));
    assertEquals(ErrorCode.GRAMMAR_INVALID, none.code());
  }
}
