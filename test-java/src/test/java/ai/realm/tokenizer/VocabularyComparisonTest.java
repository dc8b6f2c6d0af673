package ai.realm.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.realm.fixture.GgufWriter;
import ai.realm.gguf.Gguf;
import ai.realm.gguf.GgufMetadata;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VocabularyComparisonTest {
  private static final String[] TOKENS = {"<s>", "a", "b", "ab"};
  private static final int[] TYPES = {3, 1, 1, 1};
  private static final String[] MERGES = {"a b"};

  private static GgufMetadata metadata(String kind, String[] tokens, int[] types, String[] merges) {
    GgufWriter writer =
        new GgufWriter()
            .string("tokenizer.ggml.model", kind)
            .strings("tokenizer.ggml.tokens", tokens)
            .int32s("tokenizer.ggml.token_type", types)
            .strings("tokenizer.ggml.merges", merges);
    return Gguf.of(MemorySegment.ofArray(writer.bytes()), () -> {}).metadata();
  }

  private static Optional<String> difference(
      String kind, String[] tokens, int[] types, String[] merges) {
    return VocabularyComparison.difference(
        metadata("gpt2", TOKENS, TYPES, MERGES), metadata(kind, tokens, types, merges));
  }

  private static String[] tokens(String... tokens) {
    return tokens;
  }

  @Test
  void findsNoneWhereAllIsTheSame() {
    assertEquals(Optional.empty(), difference("gpt2", TOKENS, TYPES, MERGES));
  }

  @Test
  void saysWhatDiffers() {
    assertEquals(
        Optional.of("the tokenizer is of the kind 'llama', that of the model 'gpt2'"),
        difference("llama", TOKENS, TYPES, MERGES));
    assertEquals(
        Optional.of("token 2 is 'c', that of the model 'b'"),
        difference("gpt2", tokens("<s>", "a", "c", "ab"), TYPES, MERGES));
    assertEquals(
        Optional.of("token 1 ('a') is of the type CONTROL, that of the model NORMAL"),
        difference("gpt2", TOKENS, new int[] {3, 3, 1, 1}, MERGES));
    assertEquals(
        Optional.of("there are 2 merges, and 1 of the model"),
        difference("gpt2", TOKENS, TYPES, tokens("a b", "b a")));
    assertEquals(
        Optional.of("merge 0 is 'b a', that of the model 'a b'"),
        difference("gpt2", TOKENS, TYPES, tokens("b a")));
  }

  @Test
  void tokensWithoutUseAtTheEndDoNotCount() {
    assertEquals(
        Optional.empty(),
        difference(
            "gpt2", tokens("<s>", "a", "b", "ab", "[PAD4]"), new int[] {3, 1, 1, 1, 5}, MERGES));
    assertEquals(
        Optional.of("there are 5 tokens, and 4 of the model"),
        difference("gpt2", tokens("<s>", "a", "b", "ab", "c"), new int[] {3, 1, 1, 1, 1}, MERGES));
    assertEquals(
        Optional.of("there are 3 tokens, and 4 of the model"),
        difference("gpt2", tokens("<s>", "a", "b"), new int[] {3, 1, 1}, MERGES));
  }
}
