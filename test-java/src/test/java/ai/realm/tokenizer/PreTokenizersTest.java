package ai.realm.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.gson.Gson;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every pre-tokenizer, with vocabularies in which every fourth pair of symbols merges: texts in
 * many scripts, and the ids that node-llama-cpp 3.22.1 gives for them.
 */
class PreTokenizersTest {
  private static final Golden GOLDEN =
      new Gson()
          .fromJson(
              new String(VocabularyFile.resource("../preTokenizers.golden.json.gz"), UTF_8),
              Golden.class);

  private record Golden(Symbols symbols, List<String> texts, List<Group> groups) {}

  /** The symbols of each spelling. */
  private record Symbols(String[] bytes, String[] characters) {
    String[] of(String spelling) {
      return spelling.equals("bytes") ? bytes : characters;
    }
  }

  /** Kinds of vocabularies for which llama.cpp gives these ids, a row a text. */
  private record Group(List<Kind> kinds, String spelling, boolean addsBos, int[][] ids) {}

  private record Kind(String model, String pre) {
    @Override
    public String toString() {
      return model + " " + pre;
    }
  }

  @Test
  void knowsWhatLlamaCppKnows() {
    TreeSet<String> expected =
        GOLDEN.groups.stream()
            .flatMap(group -> group.kinds.stream())
            .map(Kind::pre)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(expected, new TreeSet<>(PreTokenizers.names()));
    assertEquals(expected.size(), PreTokenizers.names().size());
  }

  @TestFactory
  List<DynamicTest> agreesWithLlamaCpp() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Group group : GOLDEN.groups) {
      for (Kind kind : group.kinds) {
        tests.add(DynamicTest.dynamicTest(kind.toString(), () -> compare(group, kind)));
      }
    }
    return tests;
  }

  private static void compare(Group group, Kind kind) {
    Tokenizer tokenizer = vocabulary(kind, group.spelling).tokenizer();
    assertArrayEquals(
        group.addsBos ? new int[] {0} : new int[0],
        tokenizer.encode("", new SpecialTokens.None(), true));
    for (int i = 0; i < group.ids.length; i++) {
      String text = GOLDEN.texts.get(i);
      assertArrayEquals(
          group.ids[i], tokenizer.encode(text, new SpecialTokens.None(), false), text);
    }
  }

  /** The same as {@code pairVocabulary.js} makes. */
  private static TinyVocabulary vocabulary(Kind kind, String spelling) {
    String[] symbols = GOLDEN.symbols.of(spelling);
    TinyVocabulary vocabulary =
        new TinyVocabulary(kind.model).string("tokenizer.ggml.pre", kind.pre);
    for (String special : List.of("<s>", "</s>", "<mask>")) {
      vocabulary.token(special, TokenType.CONTROL, 0);
    }
    for (int b = 0; b < 256 && !spelling.equals("bytes"); b++) {
      String hex = HexFormat.of().withUpperCase().toHexDigits((byte) b);
      vocabulary.token("<0x" + hex + ">", TokenType.BYTE, 0);
    }
    int pairs = symbols.length * symbols.length;
    String[] merges = new String[pairs / 4];
    String[] products = new String[pairs / 4];
    for (int rank = 0; rank < merges.length; rank++) {
      int pair = (int) ((rank * 40503L + 12345) % pairs);
      String left = symbols[pair / symbols.length];
      String right = symbols[pair % symbols.length];
      merges[rank] = left + " " + right;
      products[rank] = left + right;
    }
    return vocabulary
        .tokens(symbols)
        .tokens(products)
        .merges(merges)
        .id("tokenizer.ggml.bos_token_id", 0)
        .id("tokenizer.ggml.eos_token_id", 1);
  }
}
