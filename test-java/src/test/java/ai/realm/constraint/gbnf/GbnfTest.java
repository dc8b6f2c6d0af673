package ai.realm.constraint.gbnf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.constraint.Grammar;
import ai.realm.constraint.Stacks;
import ai.realm.constraint.Texts;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GbnfTest {
  private static final String ARITHMETIC =
      """
      # Sums and products.
      root ::= (expr "=" ws term "\\n")+
      expr ::= term ([-+*/] term)*
      term ::= ident | num | "(" ws expr ")" ws
      ident ::= [a-z] [a-z0-9_]* ws
      num ::= [0-9]+ ws
      ws ::= [ \\t\\n]*
      """;

  private static Stacks grammar(String gbnf) {
    return Texts.of(new Grammar.Source.Rules(gbnf));
  }

  @Test
  void rulesThatCallThemselvesGoOnTheStack() {
    Stacks begin = grammar(ARITHMETIC);
    assertTrue(Texts.meets(begin, "a +(b *2) = 7\n"));
    assertTrue(Texts.meets(begin, "((((1)))) = x\ny=2\n"));
    assertEquals(false, Texts.meets(begin, "a + (b * 2 = 7\n"));
    assertEquals(false, Texts.meets(begin, "a + = 7\n"));
    assertTrue(Texts.meets(begin, Texts.shortest(begin)));
  }

  /** Grammars in the form of each of llama.cpp's examples, with texts that they take and do not. */
  @TestFactory
  List<DynamicTest> theExamplesOfLlamaCppHoldInForm() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Reader reader =
        new InputStreamReader(
            GbnfTest.class.getResourceAsStream("grammars.json"), StandardCharsets.UTF_8)) {
      for (JsonElement element : JsonParser.parseReader(reader).getAsJsonArray()) {
        JsonObject example = element.getAsJsonObject();
        tests.add(DynamicTest.dynamicTest(example.get("name").getAsString(), () -> check(example)));
      }
    }
    assertEquals(8, tests.size());
    return tests;
  }

  private static void check(JsonObject example) {
    Stacks begin = grammar(example.get("grammar").getAsString());
    for (JsonElement text : example.getAsJsonArray("valid")) {
      assertTrue(Texts.meets(begin, text.getAsString()), text.getAsString());
    }
    for (JsonElement text : example.getAsJsonArray("invalid")) {
      assertEquals(false, Texts.meets(begin, text.getAsString()), text.getAsString());
    }
    assertTrue(Texts.meets(begin, Texts.shortest(begin)));
  }

  @Test
  void everyNotationIsRead() {
    Stacks begin =
        grammar(
            """
            root ::= (greeting{1,2} "\\x21" [^a-z\\]]?
              | "\\u00e9" . two)
            greeting ::= ("hi" | "ho") " "*
            two ::= digit{2}
            digit ::= [0-9]
            """);
    for (String text : new String[] {"hi!", "hi ho  !", "ho!Z", "\u00e9\uD83D\uDE0042"}) {
      assertTrue(Texts.meets(begin, text), text);
    }
    for (String text : new String[] {"!", "hihoho!", "ho!a", "ho!]", "\u00e9x4", ""}) {
      assertEquals(false, Texts.meets(begin, text), text);
    }
  }

  /** A text may not begin what has no end: {@code b} calls itself always. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "root ::= \"a\" | b\nb ::= \"x\" b",
        "root ::= b? \"a\"\nb ::= \"x\" b",
        "root ::= b{0,3} \"a\"\nb ::= \"x\" (b | b b)",
      })
  void whatNeverEndsDoesNotBegin(String gbnf) {
    Stacks begin = grammar(gbnf);
    assertTrue(Texts.meets(begin, "a"));
    assertTrue(Texts.isOver(begin.step('x')));
    assertEquals("a", Texts.shortest(begin));
  }

  @Test
  void countsOfRulesThatCallThemselves() {
    Stacks begin = grammar("root ::= list{2,3}\nlist ::= \"[\" list? \"]\"");
    assertTrue(Texts.meets(begin, "[[]][]"));
    assertTrue(Texts.meets(begin, "[][[[]]][]"));
    assertEquals(false, Texts.meets(begin, "[[]]"));
    assertEquals(false, Texts.meets(begin, "[][][][]"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "root ::= other; line 1, column 10: there is no rule called other",
        "root ::= \"a; line 1, column 10: the text that begins here does not end",
        "root = \"a\"; line 1, column 6: ::= is expected behind the name root",
        "root ::= root \"a\"; the rule root begins with itself",
        "root ::= (\"a\"; line 1, column 10: a ) is missing for the ( here",
        "root ::= \"a\"{3,2}; line 1, column 13: the count goes down",
        "other ::= \"a\"; no rule called root",
        "root ::= \"a\" root; no text of root ever ends",
      })
  void mistakesAreNamedWithLineAndColumn(String gbnf, String message) {
    EngineException error = assertThrows(EngineException.class, () -> grammar(gbnf));
    assertEquals(ErrorCode.GRAMMAR_INVALID, error.code());
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }
}
