package ai.realm.model.arch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufWriter;
import ai.realm.gguf.Gguf;
import java.lang.foreign.MemorySegment;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class HyperparametersTest {
  /** Keys of two layers with eight heads of eight values. */
  private static Hyperparameters of(UnaryOperator<GgufWriter> more, OptionalInt context) {
    GgufWriter writer =
        new GgufWriter()
            .string("general.architecture", "llama")
            .uint32("llama.block_count", 2)
            .uint32("llama.context_length", 256)
            .uint32("llama.embedding_length", 64)
            .uint32("llama.attention.head_count", 8);
    Gguf gguf = Gguf.of(MemorySegment.ofArray(more.apply(writer).bytes()), () -> {});
    return new Hyperparameters(gguf.metadata(), context);
  }

  private static Hyperparameters of(UnaryOperator<GgufWriter> more) {
    return of(more, OptionalInt.empty());
  }

  @Test
  void aNumberForAllLayersMayBeAListOfOneForEach() {
    Hyperparameters equal =
        of(writer -> writer.int32s("llama.attention.head_count_kv", new int[] {2, 2}));
    assertEquals(2, equal.attention(0).kvHeads());
    assertEquals(2, equal.attention(1).kvHeads());
    Hyperparameters unequal =
        of(writer ->
            writer
                .int32s("llama.attention.head_count_kv", new int[] {4, 1})
                .int32s("llama.feed_forward_length", new int[] {96, 128}));
    assertEquals(4, unequal.attention(0).kvHeads());
    assertEquals(1, unequal.attention(1).kvHeads());
    assertEquals(96, unequal.feedForward(0));
    assertEquals(128, unequal.feedForward(1));
  }

  @Test
  void aListOfAnotherLengthOrWithWhatCannotBeIsRefused() {
    String key = "llama.attention.head_count_kv";
    assertInvalid(of(writer -> writer.int32s(key, new int[] {2})), key + " is [2], one number");
    assertInvalid(of(writer -> writer.int32s(key, new int[] {2, 0})), key + "[1] is 0,");
    assertInvalid(of(writer -> writer.int32s(key, new int[] {2, 3})), key + " is 3, a divisor");
  }

  private static void assertInvalid(Hyperparameters h, String message) {
    EngineException refusal = assertThrows(EngineException.class, () -> h.attention(1));
    assertEquals(ErrorCode.MODEL_INVALID, refusal.code());
    assertTrue(refusal.getMessage().contains(message), refusal.getMessage());
  }

  @Test
  void theContextIsThatOfTheLoadOrOfTheTraining() {
    assertEquals(256, of(writer -> writer).context());
    assertEquals(100, of(writer -> writer, OptionalInt.of(100)).context());
    assertEquals(256, of(writer -> writer, OptionalInt.of(100)).trainedContext());
  }
}
