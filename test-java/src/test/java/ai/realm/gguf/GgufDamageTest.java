package ai.realm.gguf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufWriter;
import ai.realm.quant.BlockFormat;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Files that were cut or changed at random: each is a model or a coded error, and nothing else. */
class GgufDamageTest {
  private static final Set<ErrorCode> CODES =
      EnumSet.of(
          ErrorCode.GGUF_INVALID,
          ErrorCode.GGUF_TRUNCATED,
          ErrorCode.GGUF_UNSUPPORTED_VERSION,
          ErrorCode.UNSUPPORTED_TYPE);

  private static final long[] EXTREMES = {
    0,
    1,
    -1,
    2,
    3,
    8,
    9,
    13,
    31,
    32,
    255,
    256,
    65_536,
    1L << 24,
    1L << 26,
    Integer.MAX_VALUE,
    1L << 31,
    1L << 32,
    1L << 61,
    1L << 62,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Long.MAX_VALUE - 31
  };

  private static byte[] fixture() {
    return new GgufWriter()
        .string("general.architecture", "llama")
        .uint32("llama.block_count", 2)
        .float32("llama.rope.freq_base", 10_000)
        .bool("tokenizer.ggml.add_bos_token", true)
        .uint64("big", -1)
        .strings("tokenizer.ggml.tokens", "a", "bc", "", "Ġdef")
        .float32s("tokenizer.ggml.scores", 1, 2, 3, 4)
        .int32s("tokenizer.ggml.token_type", 1, 1, 3, 1)
        .raw(
            "nested",
            GgufWriter.ARRAY,
            GgufWriter.array(
                GgufWriter.ARRAY, 1, GgufWriter.array(GgufWriter.BOOL, 2, new byte[] {1, 0})))
        .alignment(16)
        .tensor("token_embd.weight", TensorType.Q4_K, new long[] {256, 2}, new byte[288])
        .tensor("blk.0.attn_norm.weight", new long[] {3}, 1, 2, 3)
        .tensor("output.weight", TensorType.Q8_0, new long[] {32, 2, 1}, new byte[68])
        .bytes();
  }

  /** Opens the model and reads all that it holds. */
  private static void readAll(byte[] bytes) {
    try (Gguf gguf = Gguf.of(MemorySegment.ofArray(bytes), () -> {})) {
      GgufMetadata metadata = gguf.metadata();
      for (String key : metadata.keys()) {
        assertTrue(metadata.get(key) != null, key);
      }
      for (TensorInfo tensor : gguf.tensors()) {
        int count = Math.toIntExact(tensor.elements());
        BlockFormat.of(tensor.type()).dequantize(tensor.data(), 0, new float[count], 0, count);
      }
    }
  }

  @Test
  void isRefusedWhereverItIsCut() {
    byte[] whole = fixture();
    readAll(whole);
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      EngineException error = assertThrows(EngineException.class, () -> readAll(cut));
      ErrorCode expected = length < 4 ? ErrorCode.GGUF_INVALID : ErrorCode.GGUF_TRUNCATED;
      assertEquals(expected, error.code(), "cut at " + length + ": " + error.getMessage());
    }
  }

  @Test
  void isAModelOrACodedErrorHoweverItIsChanged() {
    byte[] whole = fixture();
    SplittableRandom random = new SplittableRandom(20_240_229);
    int models = 0;
    Set<ErrorCode> seen = EnumSet.noneOf(ErrorCode.class);
    for (int i = 0; i < 20_000; i++) {
      byte[] changed = whole;
      for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
        changed = change(changed, random);
      }
      try {
        readAll(changed);
        models++;
      } catch (EngineException error) {
        assertTrue(CODES.contains(error.code()), error.getMessage());
        seen.add(error.code());
      }
    }
    // Both ends were reached in earnest.
    assertEquals(CODES, seen);
    assertTrue(models > 1000, "only " + models + " models");
  }

  private static byte[] change(byte[] bytes, SplittableRandom random) {
    int at = random.nextInt(bytes.length - 8);
    byte[] copy = bytes.clone();
    ByteBuffer fields = ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN);
    switch (random.nextInt(5)) {
      case 0 -> copy[at] ^= (byte) (1 << random.nextInt(8));
      case 1 -> copy[at] = (byte) random.nextInt();
      case 2 -> fields.putLong(at, EXTREMES[random.nextInt(EXTREMES.length)]);
      case 3 -> fields.putInt(at, (int) EXTREMES[random.nextInt(EXTREMES.length)]);
      default -> {
        // Moves a stretch of the file over another.
        int length = random.nextInt(1, 40);
        int from = random.nextInt(bytes.length - length);
        System.arraycopy(bytes, from, copy, Math.min(at, bytes.length - length), length);
      }
    }
    return copy;
  }
}
