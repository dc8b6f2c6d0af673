package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufDraft;
import ai.realm.fixture.GoldenLlama;
import ai.realm.fixture.TinyLlama;
import ai.realm.gguf.Gguf;
import ai.realm.kernels.Kernels;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.scalar.ScalarKernels;
import ai.realm.model.arch.Architectures;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are no model of an architecture that there is a forward pass for. */
class ModelRefusalTest {
  private static final Kernels KERNELS = new ScalarKernels();

  private static GgufDraft draft() {
    return GgufDraft.of(TinyLlama.bytes(1));
  }

  private static void assertRefused(GgufDraft draft, ErrorCode code, String... named) {
    try (Gguf gguf = draft.open()) {
      EngineException refusal =
          assertThrows(
              EngineException.class,
              () -> Models.load(gguf, OptionalInt.empty(), 2, KvFormat.F16, KERNELS).close());
      assertEquals(code, refusal.code(), refusal.getMessage());
      for (String name : named) {
        assertTrue(refusal.getMessage().contains(name), refusal.getMessage());
      }
    }
  }

  private static void assertLoads(GgufDraft draft) {
    try (Gguf gguf = draft.open();
        LanguageModel model = Models.load(gguf, OptionalInt.empty(), 2, KvFormat.F16, KERNELS)) {
      assertEquals(TinyLlama.VOCABULARY, model.vocabularySize());
    }
  }

  @Test
  void theUnchangedDraftIsAModel() {
    assertLoads(draft());
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "LLAMA", ""})
  void anArchitectureWithoutAForwardPass(String architecture) {
    assertRefused(
        draft().key("general.architecture", architecture),
        ErrorCode.UNSUPPORTED_ARCHITECTURE,
        "general.architecture is " + (architecture.isEmpty() ? "absent" : architecture),
        "expected one of " + String.join(", ", Architectures.names()));
  }

  @Test
  void noArchitecture() {
    assertRefused(
        draft().key("general.architecture", null),
        ErrorCode.UNSUPPORTED_ARCHITECTURE,
        "general.architecture is absent");
  }

  @Test
  void aMixtureWithoutExperts() {
    assertRefused(
        draft().key("llama.expert_count", 8L).key("llama.expert_used_count", 2L),
        ErrorCode.MODEL_INVALID,
        "blk.0.ffn_up_exps.weight");
    assertLoads(draft().key("llama.expert_count", 0L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama.block_count",
        "llama.context_length",
        "llama.embedding_length",
        "llama.feed_forward_length",
        "llama.attention.head_count"
      })
  void aCountThatIsMissingOrOutOfRange(String key) {
    assertRefused(draft().key(key, null), ErrorCode.MODEL_INVALID, "the file has no " + key);
    // The last two are in range once their upper 32 bits are lost.
    for (long value :
        new long[] {0, -1, Long.MIN_VALUE, 1L << 31, (1L << 32) + 4, -(1L << 32) + 4}) {
      assertRefused(draft().key(key, value), ErrorCode.MODEL_INVALID, key + " is " + value + ",");
    }
    assertRefused(draft().key(key, "two"), ErrorCode.GGUF_INVALID, key);
    assertRefused(draft().key(key, 2.0), ErrorCode.GGUF_INVALID, key);
  }

  @ParameterizedTest
  @CsvSource({
    "llama.attention.head_count, 65537",
    "llama.attention.head_count_kv, 0",
    "llama.attention.head_count_kv, 3",
    "llama.attention.head_count_kv, 8",
    "llama.attention.head_count_kv, 4294967298",
    "llama.attention.key_length, 0",
    "llama.attention.key_length, -8",
    "llama.attention.key_length, 7",
    "llama.attention.key_length, 4098",
    "llama.attention.key_length, 4294967304",
    "llama.attention.value_length, 4",
    "llama.attention.value_length, 4294967304",
    "llama.block_count, 4097",
    "llama.rope.dimension_count, 0",
    "llama.rope.dimension_count, 3",
    "llama.rope.dimension_count, 10",
    "llama.rope.dimension_count, -2",
    "llama.rope.dimension_count, 4294967304"
  })
  void aShapeThatCannotBe(String key, long value) {
    assertRefused(draft().key(key, value), ErrorCode.MODEL_INVALID, key + " is " + value + ",");
  }

  @Test
  void headsWithFewerThanTwoValues() {
    assertRefused(
        draft().key("llama.attention.head_count", 32L),
        ErrorCode.MODEL_INVALID,
        "embedding_length / attention.head_count is 1,");
    assertRefused(
        draft().key("llama.attention.head_count", 64L),
        ErrorCode.MODEL_INVALID,
        "llama.attention.head_count is 64, a divisor of the embedding_length, 32,");
  }

  private static Stream<Arguments> numbers() {
    String epsilon = "llama.attention.layer_norm_rms_epsilon";
    return Stream.of(
            Stream.of(0.0, -1e-5, 1.0, Double.NaN, Double.POSITIVE_INFINITY, null)
                .map(value -> Arguments.of(epsilon, value)),
            Stream.of(0.0, 1.0, -10000.0, Double.NaN, Double.POSITIVE_INFINITY)
                .map(value -> Arguments.of("llama.rope.freq_base", value)),
            Stream.of("llama.rope.scaling.factor", "llama.rope.scale_linear")
                .flatMap(key ->
                    Stream.of(-2.0, Double.NaN, Double.POSITIVE_INFINITY)
                        .map(value -> Arguments.of(key, value))),
            Stream.of(0.0, -1.0, Double.NaN, Double.POSITIVE_INFINITY)
                .map(value -> Arguments.of("llama.rope.scaling.attn_factor", value)),
            Stream.of(0L, -1L, Long.MIN_VALUE)
                .map(value -> Arguments.of("llama.rope.scaling.original_context_length", value)))
        .flatMap(cases -> cases);
  }

  @ParameterizedTest
  @MethodSource("numbers")
  void aNumberThatWouldMakeEveryResultWrong(String key, Object value) {
    GgufDraft yarn =
        draft().key("llama.rope.scaling.type", "yarn").key("llama.rope.scaling.factor", 0.0);
    assertRefused(
        yarn.key(key, value),
        ErrorCode.MODEL_INVALID,
        key + " is " + (value == null ? "NaN" : value) + ",");
  }

  @Test
  void aScalingThatIsUnknown() {
    assertRefused(
        draft().key("llama.rope.scaling.type", "longrope"),
        ErrorCode.UNSUPPORTED_ARCHITECTURE,
        "llama.rope.scaling.type is longrope");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token_embd.weight",
        "output_norm.weight",
        "blk.0.attn_norm.weight",
        "blk.0.attn_q.weight",
        "blk.1.attn_k.weight",
        "blk.1.attn_v.weight",
        "blk.0.attn_output.weight",
        "blk.1.ffn_norm.weight",
        "blk.0.ffn_gate.weight",
        "blk.0.ffn_up.weight",
        "blk.1.ffn_down.weight"
      })
  void aTensorThatIsMissing(String name) {
    assertRefused(
        draft().removeTensor(name), ErrorCode.MODEL_INVALID, "the file has no tensor " + name);
  }

  @Test
  void fewerLayersThanStated() {
    assertRefused(
        draft().key("llama.block_count", 4096L), ErrorCode.MODEL_INVALID, "no tensor blk.2.");
  }

  @Test
  void withoutAnOutputMatrixTheEmbeddingIsUsed() {
    assertLoads(draft().removeTensor("output.weight"));
  }

  @Test
  void aTensorOfTheWrongShape() {
    String[] names = {
      "token_embd.weight [25, 64]",
      "output.weight [50, 32]",
      "output_norm.weight [16, 2]",
      "blk.0.attn_norm.weight [32, 1]",
      "blk.0.attn_q.weight [1024]",
      "blk.0.attn_k.weight [16, 32]",
      "blk.1.attn_v.weight [16, 32]",
      "blk.1.attn_output.weight [16, 64]",
      "blk.1.ffn_norm.weight [1, 32]",
      "blk.0.ffn_gate.weight [64, 32]",
      "blk.0.ffn_up.weight [64, 32]",
      "blk.1.ffn_down.weight [32, 64]",
      "blk.1.ffn_down.weight [64, 32, 1]"
    };
    for (String nameAndShape : names) {
      String name = nameAndShape.substring(0, nameAndShape.indexOf(' '));
      String shape = nameAndShape.substring(name.length() + 1);
      long[] dimensions =
          Stream.of(shape.substring(1, shape.length() - 1).split(", "))
              .mapToLong(Long::parseLong)
              .toArray();
      assertRefused(
          draft().reshape(name, dimensions),
          ErrorCode.MODEL_INVALID,
          "tensor " + name + " has the shape " + shape);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "blk.1.attn_q_norm.weight",
        "blk.2.attn_norm.weight",
        "blk.0.ffn_gate_exps.weight",
        "output.scale",
        "rope_factors_long.weight"
      })
  void aTensorThatNoPartOfTheForwardPassReads(String name) {
    assertRefused(
        draft().tensor(name, new long[] {2}, 0, 0),
        ErrorCode.UNSUPPORTED_ARCHITECTURE,
        "tensor " + name + " has no place");
  }

  @Test
  void theRotationsThatOldConvertersLeftInAreIgnored() {
    assertLoads(draft().tensor("blk.1.attn_rot_embd", new long[] {4}, 1, 1, 1, 1));
  }

  @Test
  void factorsOfFrequenciesThatCannotBe() {
    String name = "rope_freqs.weight";
    assertRefused(
        draft().tensor(name, new long[] {3}, 1, 1, 1),
        ErrorCode.MODEL_INVALID,
        name + " has 3 elements, 4 are expected");
    for (float factor : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertRefused(
          draft().tensor(name, new long[] {4}, 1, 1, 1, factor),
          ErrorCode.MODEL_INVALID,
          name + " is " + factor + ",");
    }
  }

  @Test
  void aRefusedLoadLeavesNothingBehind() {
    GgufDraft draft = GgufDraft.of(GoldenLlama.read("q4_1").file());
    draft.tensor("output.bias", new long[] {2}, 0, 0);
    RecordingKernels kernels = new RecordingKernels();
    RealmThreads before = RealmThreads.running();
    try (Gguf gguf = draft.open()) {
      assertThrows(
          EngineException.class,
          () -> Models.load(gguf, OptionalInt.empty(), 4, KvFormat.F16, kernels).close());
      before.assertNoOthersGoOn();
    }
    assertFalse(kernels.prepared().isEmpty());
    kernels.assertAllReleased();
  }

  @Test
  void aClosedModelLeavesNothingBehind() {
    GoldenLlama golden = GoldenLlama.read("q4_1");
    RecordingKernels kernels = new RecordingKernels();
    RealmThreads before = RealmThreads.running();
    try (Gguf gguf = golden.open()) {
      LanguageModel model = Models.load(gguf, OptionalInt.empty(), 4, KvFormat.F16, kernels);
      Logits.of(model, golden.ids(), 64);
      assertEquals(3, before.othersNamed("realm-worker-"));
      model.close();
      before.assertNoOthersGoOn();
    }
    kernels.assertAllReleased();
  }
}
