package ai.realm.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Random texts in many scripts, and the ids that node-llama-cpp 3.22.1 gives for them with each
 * vocabulary and pre-tokenizer.
 */
class LlamaCppIdsTest {

  private record Golden(List<Peer> tokenizers, List<Case> texts) {}

  /** What llama.cpp says of a vocabulary; {@code pre} replaces its pre-tokenizer if not null. */
  private record Peer(
      String vocabulary,
      String pre,
      int bos,
      int eos,
      boolean addsBos,
      boolean addsEos,
      Set<Integer> endOfGeneration) {}

  /** A text and its ids by tokenizer; {@code special}, if not null, with special tokens parsed. */
  private record Case(String family, String text, int[][] plain, int[][] special) {}

  @TestFactory
  List<DynamicTest> agreesWithLlamaCpp() {
    Golden golden =
        new Gson()
            .fromJson(
                new String(VocabularyFile.resource("../llamaCppIds.golden.json.gz"), UTF_8),
                Golden.class);
    assertTrue(golden.texts.size() > 1000);
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < golden.tokenizers.size(); i++) {
      int index = i;
      Peer peer = golden.tokenizers.get(i);
      String name = peer.pre == null ? peer.vocabulary : peer.vocabulary + " as " + peer.pre;
      tests.add(DynamicTest.dynamicTest(name, () -> compare(peer, golden.texts, index)));
    }
    return tests;
  }

  private static void compare(Peer peer, List<Case> texts, int index) {
    Tokenizer tokenizer =
        peer.pre == null
            ? VocabularyFile.tokenizer(peer.vocabulary)
            : VocabularyFile.tokenizer(peer.vocabulary, peer.pre);
    assertEquals(peer.bos, tokenizer.bos());
    assertEquals(peer.eos, tokenizer.eos());
    assertEquals(peer.endOfGeneration, tokenizer.endOfGeneration());
    assertArrayEquals(added(peer, tokenizer), tokenizer.encode("", new SpecialTokens.All(), true));
    for (Case text : texts) {
      String what = text.family + ": " + escaped(text.text);
      assertArrayEquals(
          text.plain[index], tokenizer.encode(text.text, new SpecialTokens.None(), false), what);
      if (text.special != null) {
        assertArrayEquals(
            text.special[index], tokenizer.encode(text.text, new SpecialTokens.All(), false), what);
      }
    }
  }

  private static int[] added(Peer peer, Tokenizer tokenizer) {
    if (peer.vocabulary.equals("bert-bge")) {
      // llama.cpp puts CLS and SEP around a text whatever these flags say.
      return new int[] {101, 102};
    }
    return IntStream.concat(
            peer.addsBos ? IntStream.of(tokenizer.bos()) : IntStream.empty(),
            peer.addsEos ? IntStream.of(tokenizer.eos()) : IntStream.empty())
        .toArray();
  }

  private static String escaped(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(c >= ' ' && c <= '~' ? String.valueOf(c) : String.format("\\u%04x", (int) c));
    }
    return out.toString();
  }
}
