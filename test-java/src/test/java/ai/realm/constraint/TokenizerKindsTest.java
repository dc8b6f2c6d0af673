package ai.realm.constraint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.constraint.json.JsonSchema.Style;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.Rounds;
import ai.realm.tokenizer.TinyVocabulary;
import ai.realm.tokenizer.Tokenizer;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Formats with vocabularies of each kind that generates: what the ids of a text decode to meets its
 * schema, also where characters come byte by byte.
 */
final class TokenizerKindsTest {
  private static final String[] WORDS = {
    "{\"",
    "\": ",
    "\": \"",
    "\", ",
    "\"}",
    "[\"",
    ", \"",
    " a",
    "a b",
    "\u00e9",
    "\u00e9\"",
    "na\u00ef",
    "\u65e5",
    "\u65e5\u672c",
    "\ud83d\ude42\"",
    "true",
    "null",
    "10",
    " \""
  };

  /** What every vocabulary without bytes has beside them. */
  private static final String[] LETTERS = lettersAnd("\u00ef", "\u672c", "\ud83d\ude42");

  /** A kind of vocabulary, small. */
  record Kind(String name, Tokenizer tokenizer, TokenTrie trie) {
    static Kind of(String name, TinyVocabulary vocabulary) {
      Tokenizer tokenizer = vocabulary.tokenizer();
      return new Kind(name, tokenizer, new TokenTrie(tokenizer));
    }

    boolean hasBytes() {
      return !name.equals("unigram");
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Kind> kinds() {
    TinyVocabulary pairs = new TinyVocabulary("gpt2").merges().end("<|end|>");
    TinyVocabulary pieces = new TinyVocabulary("llama").unknown("<unk>").end("</s>");
    TinyVocabulary letters = new TinyVocabulary("llama").unknown("<unk>").end("</s>");
    TinyVocabulary unigram = new TinyVocabulary("t5").unknown("<unk>").end("</s>");
    TinyVocabulary gemma = new TinyVocabulary("gemma4").merges().end("<eos>");
    return List.of(
        Kind.of("byte pairs", pairs.allBytes().words(WORDS)),
        Kind.of("SentencePiece, of bytes", pieces.allBytes().words(WORDS)),
        Kind.of("SentencePiece, of letters", letters.words(LETTERS).allBytes().words(WORDS)),
        Kind.of("unigram", unigram.words(LETTERS).words(WORDS)),
        Kind.of("Gemma 4's", gemma.words(LETTERS).allBytes().words(WORDS)));
  }

  private static String[] lettersAnd(String... more) {
    List<String> all = new ArrayList<>(List.of(more));
    for (char c = ' '; c <= '~'; c++) {
      all.add(String.valueOf(c));
    }
    return all.toArray(String[]::new);
  }

  private static final List<String> SCHEMAS =
      List.of(
          """
          {"type": "object", "properties": {"na\u00efve \ud83d\ude42": {"type": "string", "minLength": 3},
           "n": {"type": "integer"}}, "required": ["na\u00efve \ud83d\ude42", "n"],
           "additionalProperties": false}
          """,
          """
          {"type": "array", "items": {"enum": ["\u65e5\u672c", "\u65e5", "\u00e9", "\ud83d\ude42", true]},
           "minItems": 2, "maxItems": 3, "uniqueItems": true}
          """,
          """
          {"type": "string", "pattern": "^[\u00e0-\u00ff\u65e5 ]{2,4}$"}
          """);

  @ParameterizedTest
  @MethodSource("kinds")
  void whatIdsDecodeToMeetsTheSchema(Kind kind) {
    Random random = new Random(7);
    for (String schema : SCHEMAS) {
      Grammar grammar = compile(kind, schema);
      Stacks begin = Texts.ofSchema(schema, Style.USUAL);
      for (int round = 0; round < Rounds.of(8, 200); round++) {
        String text = kind.tokenizer.decode(write(kind, grammar.constrain(), random));
        assertEquals(false, JsonParser.parseString(text).isJsonNull());
        assertTrue(Texts.meets(begin, text), text);
      }
    }
  }

  private static Grammar compile(Kind kind, String schema) {
    Grammar.Source source =
        new Grammar.Source.Schema(JsonParser.parseString(schema), Map.of(), Style.USUAL);
    return Grammar.compile(source, kind.trie);
  }

  /** A text of some tokens at random, which is then brought to an end. */
  private static int[] write(Kind kind, Constraint constraint, Random random) {
    List<Integer> ids = new ArrayList<>();
    for (int left = random.nextInt(40); left > 0; left--) {
      List<Integer> allowed = new ArrayList<>();
      for (int id = 0; id < kind.trie.vocabulary(); id++) {
        if (constraint.allowed().contains(id)) {
          allowed.add(id);
        }
      }
      int id = allowed.get(random.nextInt(allowed.size()));
      if (constraint.ends(id)) {
        break;
      }
      constraint.accept(id);
      ids.add(id);
    }
    for (int id : constraint.shortest()) {
      constraint.accept(id);
      ids.add(id);
    }
    assertTrue(constraint.mayEnd());
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatMustComeIsForced(Kind kind) {
    Constraint constraint = compile(kind, SCHEMAS.get(0)).constrain();
    int[] forced = constraint.forced(64);
    for (int id : forced) {
      assertTrue(constraint.allows(id));
      constraint.accept(id);
    }
    assertEquals("{\"na\u00efve \ud83d\ude42\": \"", kind.tokenizer.decode(forced));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void aCharacterThatNoTokenWritesIsRefused(Kind kind) {
    String letter = "\u4e2d";
    Grammar grammar = compile(kind, "{\"const\": \"%s\"}".formatted(letter));
    Constraint constraint = grammar.constrain();
    if (!kind.hasBytes()) {
      constraint.accept(kind.trie.longestAt("\"".getBytes(StandardCharsets.UTF_8), 0));
      EngineException error = assertThrows(EngineException.class, constraint::allowed);
      assertEquals(ErrorCode.GRAMMAR_INVALID, error.code());
    } else {
      String text = kind.tokenizer.decode(write(kind, constraint, new Random(1)));
      assertEquals("\"%s\"".formatted(letter), text);
    }
  }
}
