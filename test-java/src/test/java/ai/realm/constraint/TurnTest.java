package ai.realm.constraint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.constraint.json.JsonSchema.Style;
import ai.realm.constraint.json.MembersWriting;
import ai.realm.constraint.json.MembersWriting.Quotes;
import ai.realm.constraint.json.MembersWriting.Raw;
import ai.realm.constraint.json.MembersWriting.Values;
import ai.realm.constraint.turn.TurnPart;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.FakeTokenizer;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Turns of a chat: free text up to markers, and what has a form behind them. */
final class TurnTest {
  private static final MembersWriting TAGS =
      new MembersWriting(
          "",
          "<parameter=",
          ">\n",
          "\n</parameter>\n<parameter=",
          "\n</parameter>\n",
          Optional.of(new Quotes("", "")),
          Values.JSON,
          false,
          "\n</parameter>",
          Map.of("s", Raw.STRING, "n", Raw.JSON));

  private static final MembersWriting BRACES =
      new MembersWriting(
          "{}",
          "{",
          ":",
          ",",
          "}",
          Optional.of(new Quotes("<\"|", "|\">")),
          Values.SAME,
          true,
          "",
          Map.of());

  private static final MembersWriting KEYWORDS =
      new MembersWriting(
          "()", "(", "=", ", ", ")", Optional.empty(), Values.PYTHON, false, "", Map.of());

  private static TurnPart text(String text) {
    return new TurnPart.Text(text);
  }

  private static TurnPart free(boolean ends, int tokens, TurnPart.Marker... until) {
    return new TurnPart.Free(List.of(until), List.of(), List.of(), ends, tokens);
  }

  private static TurnPart.Marker marker(String text, TurnPart behind) {
    return new TurnPart.Marker(text, behind);
  }

  private static Stacks turn(TurnPart root) {
    return Texts.of(new Grammar.Source.Turn(Map.of(), root));
  }

  private static Stacks members(MembersWriting writing, String schema) {
    return turn(new TurnPart.Members(JsonParser.parseString(schema), writing, "tools.f"));
  }

  private static void meets(Stacks turn, String... texts) {
    for (String text : texts) {
      assertTrue(Texts.meets(turn, text), text);
    }
  }

  private static void refuses(Stacks turn, String... texts) {
    for (String text : texts) {
      assertFalse(Texts.meets(turn, text), text);
    }
  }

  @Test
  void textIsFreeUntilAMarker() {
    Stacks turn = turn(free(true, 0, marker("<call>", text("f()"))));
    meets(turn, "", "<", "a <cal> <call é", "a <call>f()", "<<call>f()");
    refuses(turn, "<call>", "<call>g", "a <call>f()!", "\u0000<call>f");
  }

  @Test
  void textHasNothingInItThatIsForbidden() {
    Stacks turn =
        turn(
            new TurnPart.Free(
                List.of(marker("<a>", text("1"))), List.of("<b>"), List.of("{\"x"), true, 0));
    meets(turn, "<b", "<a>1", "x {\"x", "{\"", "{\"y");
    refuses(turn, "<b>", "a<b>c", "{\"x", "{\"x\": 1");
  }

  @Test
  void rulesReferToEachOther() {
    TurnPart call =
        new TurnPart.Sequence(
            List.of(
                text("f"),
                new TurnPart.Either(
                    List.of(
                        text(";"),
                        new TurnPart.Sequence(List.of(text(", "), new TurnPart.Rule("call")))))));
    Stacks turn =
        Texts.of(new Grammar.Source.Turn(Map.of("call", call), new TurnPart.Rule("call")));
    meets(turn, "f;", "f, f;", "f, f, f;");
    refuses(turn, "f", "f,", "f;f", "f; ");
    EngineException e =
        assertThrows(EngineException.class, () -> turn(new TurnPart.Rule("nothing")));
    assertEquals(ErrorCode.INVALID_ARGUMENT, e.code());
  }

  @Test
  void aControlTokenIsNoTextThatReadsSo() {
    TurnPart root = free(true, 0, marker("<control>", text("x<control>")));
    TokenTrie trie = new TokenTrie(new WordsTokenizer("<control", ">x"));
    Constraint constraint =
        Grammar.compile(new Grammar.Source.Turn(Map.of(), root), trie).constrain();
    int word = FakeTokenizer.VOCABULARY;
    assertTrue(constraint.allowed().contains(FakeTokenizer.CONTROL));
    constraint.accept(word);
    assertFalse(constraint.allowed().contains('>'));
    assertFalse(constraint.allowed().contains(word + 1));
    assertTrue(constraint.allowed().contains('-'));
    assertTrue(constraint.allowed().contains(FakeTokenizer.CONTROL));
    constraint.accept(FakeTokenizer.CONTROL);
    assertArrayEquals(new int[] {'x', FakeTokenizer.CONTROL}, constraint.shortest());
    constraint.accept('x');
    assertEquals(1, constraint.allowed().count());
    constraint.accept(FakeTokenizer.CONTROL);
    assertTrue(constraint.hasEnded());
  }

  @Test
  void aThoughtIsLeftByItsMarker() {
    TurnPart root = free(false, 5, marker("</t>", text("yes")));
    TokenTrie trie = new TokenTrie(new WordsTokenizer("</t>", "/t>"));
    Constraint constraint =
        Grammar.compile(new Grammar.Source.Turn(Map.of(), root), trie).constrain();
    assertEquals(5, constraint.mostTokens());
    assertFalse(constraint.allows(FakeTokenizer.EOS));
    constraint.accept('a');
    assertArrayEquals(new int[] {FakeTokenizer.VOCABULARY}, constraint.leaving());
    constraint.accept('<');
    assertArrayEquals(new int[] {FakeTokenizer.VOCABULARY + 1}, constraint.leaving());
    constraint.accept(FakeTokenizer.VOCABULARY + 1);
    assertEquals(0, constraint.mostTokens());
    assertArrayEquals(new int[] {'y', 'e', 's'}, constraint.shortest());
  }

  @Test
  void aThoughtIsLeftInTheMidstOfACharacter() {
    TurnPart root = free(false, 5, marker("</t>", text("yes")));
    Constraint constraint =
        Grammar.compile(
                new Grammar.Source.Turn(Map.of(), root), new TokenTrie(new WordsTokenizer("</t>")))
            .constrain();
    constraint.accept("é".getBytes(StandardCharsets.UTF_8)[0] & 0xFF);
    int[] leaving = constraint.leaving();
    assertEquals(2, leaving.length);
    for (int token : leaving) {
      constraint.accept(token);
    }
    assertEquals(0, constraint.mostTokens());
  }

  @Test
  void membersBetweenTagsAreStringsOrJson() {
    Stacks turn =
        members(
            TAGS,
            """
            {"type": "object", "required": ["s"], "properties": {
              "s": {"type": "string", "minLength": 2, "maxLength": 4},
              "n": {"type": ["integer", "boolean", "array"], "items": {"type": "string"}},
              "e": {"type": ["string", "null", "integer"], "maximum": 5}}}\
            """);
    meets(
        turn,
        "<parameter=s>\nab\n</parameter>\n",
        "<parameter=s>\n\n\n\n\n\n</parameter>\n",
        "<parameter=s>\n\n</p\n</parameter>\n",
        "<parameter=s>\nab\n</parameter>\n<parameter=n>\n12\n</parameter>\n",
        "<parameter=s>\nab\n</parameter>\n<parameter=n>\nTrue\n</parameter>\n",
        "<parameter=s>\nab\n</parameter>\n<parameter=n>\n[\"\\n</parameter>\"]\n</parameter>\n",
        "<parameter=s>\nab\n</parameter>\n<parameter=e>\n5\n</parameter>\n",
        "<parameter=s>\nab\n</parameter>\n<parameter=e>\nfive\n</parameter>\n",
        "<parameter=s>\nab\n</parameter>\n<parameter=e>\nnull\n</parameter>\n");
    refuses(
        turn,
        "",
        "<parameter=s>\na\n</parameter>\n",
        "<parameter=s>\nabcde\n</parameter>\n",
        "<parameter=n>\n1\n</parameter>\n<parameter=s>\nab\n</parameter>\n",
        "<parameter=s>\nab\n</parameter>\n<parameter=n>\nx\n</parameter>\n",
        "<parameter=s>\nab\n</parameter>\n<parameter=e>\n6\n</parameter>\n",
        "<parameter=s>\nab\n</parameter>\n<parameter=x>\n6\n</parameter>\n");
    assertEquals("<parameter=s>\naa\n</parameter>\n", Texts.shortest(turn));
  }

  @Test
  void stringsBetweenTagsMeetPatternsAndLists() {
    Stacks turn =
        members(
            TAGS,
            """
            {"type": "object", "required": ["s", "t"], "properties": {
              "s": {"type": "string", "pattern": "^a+$"}, "t": {"enum": ["x y", "z"]}}}\
            """);
    meets(turn, "<parameter=s>\naa\n</parameter>\n<parameter=t>\nx y\n</parameter>\n");
    refuses(turn, "<parameter=s>\nab\n</parameter>\n<parameter=t>\nz\n</parameter>\n");
    assertEquals(
        "<parameter=s>\na\n</parameter>\n<parameter=t>\nz\n</parameter>\n", Texts.shortest(turn));
  }

  @Test
  void membersInBracesAreWrittenSoWithin() {
    Stacks turn =
        members(
            BRACES,
            """
            {"type": "object", "required": ["b"], "properties": {
              "b": {"type": "array", "items": {"type": "string", "maxLength": 3}, "maxItems": 2},
              "a": {"type": "object", "properties": {"x": {"type": "number"}}},
              "c": {"type": "object"}}}\
            """);
    meets(
        turn,
        "{b:[]}",
        "{b:[<\"|q|\">,<\"|\"|\">]}",
        "{a:{x:1.5},b:[]}",
        "{a:{},b:[],c:{}}",
        "{b:[],c:{k_1:<\"|v|\">,l:[true,null,{m:2}]}}");
    refuses(
        turn, "{}", "{b:[],a:{}}", "{b:[\"q\"]}", "{b:[<\"|quux|\">]}", "{b:[],c:{1:2}}", "{b:[]");
    assertEquals("{b:[]}", Texts.shortest(turn));
  }

  @Test
  void keywordArgumentsAreLiteralsOfPython() {
    Stacks turn =
        members(
            KEYWORDS,
            """
            {"type": "object", "properties": {
              "a": {"type": ["string", "boolean", "null"], "maxLength": 4},
              "o": {"type": "object", "required": ["k"], "properties": {"k": {"type": "boolean"}}},
              "l": {"type": "array", "items": {"type": "integer"}, "minItems": 1}}}\
            """);
    meets(
        turn,
        "()",
        "(a=\"it's\")",
        "(a='x\"y')",
        "(a=True)",
        "(a=None, o={\"k\": False}, l=[1, 2])",
        "(l=[7])");
    refuses(turn, "(a=true)", "(a=)", "(a='it\\'s')", "(l=[])", "(o={})", "(a=\"x\",l=[1])");
    assertEquals("()", Texts.shortest(turn));
  }

  @Test
  void itemsOfPythonAreUniqueWhereTheyAreAsInJson() {
    Stacks turn =
        members(
            KEYWORDS,
            """
            {"type": "object", "required": ["l"], "properties": {
              "l": {"type": "array", "items": {"type": "string"}, "uniqueItems": true}}}\
            """);
    meets(turn, "(l=[])", "(l=[\"a\", \"b\"])");
    refuses(turn, "(l=[\"a\", \"a\"])", "(l=[1])");
  }

  @Test
  void whatAFormCannotCarryIsRefusedWithItsName() {
    String schema =
        """
        {"type": "object", "properties": {
          "l": {"type": "array", "items": {"type": "string"}, "uniqueItems": true}}}\
        """;
    EngineException e = assertThrows(EngineException.class, () -> members(BRACES, schema));
    assertEquals(ErrorCode.SCHEMA_UNSUPPORTED, e.code());
    assertTrue(e.getMessage().startsWith("tools.f: "), e.getMessage());
    assertTrue(e.getMessage().contains("uniqueItems"), e.getMessage());
  }

  @Test
  void aNameThatAFormCannotCarryIsRefused() {
    String schema = "{\"type\": \"object\", \"properties\": {\"a:b\": {\"type\": \"string\"}}}";
    EngineException e = assertThrows(EngineException.class, () -> members(BRACES, schema));
    assertEquals(ErrorCode.SCHEMA_UNSUPPORTED, e.code());
    assertTrue(e.getMessage().contains("a:b"), e.getMessage());
    meets(members(TAGS, schema), "", "<parameter=a:b>\nx\n</parameter>\n");
  }

  @Test
  void anAnswerHasItsFormat() {
    Grammar.Source schema =
        new Grammar.Source.Schema(
            JsonParser.parseString("{\"type\": \"integer\"}"), Map.of(), Style.USUAL);
    TurnPart root =
        new TurnPart.Either(
            List.of(
                new TurnPart.Sequence(
                    List.of(text("<call>"), new TurnPart.Formatted(schema, "tools.f"), text("."))),
                new TurnPart.Formatted(new Grammar.Source.Rules("root ::= \"a\" root | \"b\""), ""),
                new TurnPart.Formatted(new Grammar.Source.Choices(List.of("yes", "no")), "")));
    meets(turn(root), "<call>12.", "aab", "yes", "no");
    refuses(turn(root), "<call>12", "<call>.", "aa", "ye", "a.");
  }
}
