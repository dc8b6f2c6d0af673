package ai.realm.gguf;

import static ai.realm.gguf.GgufRefusalTest.refuses;

import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused of tensors and where their data lie: with which code, and by what name. */
class TensorRefusalTest {
  private static final long[] ONE = {1};

  @Test
  void aTensorNameLongerThanTheLimit() {
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().tensor("t".repeat(128), ONE, 1),
        "tensor number 0",
        "128",
        "127");
  }

  @Test
  void aTensorTwice() {
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().tensor("t", ONE, 1).tensor("t", ONE, 1),
        "tensor 't'",
        "twice");
  }

  @Test
  void aNumberOfDimensionsOutsideTheFormat() {
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().tensor("t", new long[0], 1),
        "tensor 't'",
        "has 0 dimensions");
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().tensor("t", new long[] {1, 1, 1, 1, 1}, 1),
        "tensor 't'",
        "has 5 dimensions");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -1, Long.MIN_VALUE})
  void aDimensionOfZeroOrBeyondALong(long dimension) {
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().tensor("t", new long[] {1, dimension}, 1),
        "tensor 't'",
        "dimension 1 is " + Long.toUnsignedString(dimension));
  }

  @Test
  void moreElementsThanALongCounts() {
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().tensor("t", new long[] {1L << 61}, 1),
        "tensor 't'",
        "2^63");
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().tensor("t", new long[] {1L << 32, 1L << 32}, 1),
        "tensor 't'",
        "2^63");
    // Few enough bytes, too many elements.
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter()
            .tensor("t", TensorType.Q2_K, new long[] {1L << 32, 1L << 31}, new byte[84]),
        "tensor 't'",
        "2^63");
  }

  @Test
  void rowsThatCutABlock() {
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().tensor("t", TensorType.Q4_K, new long[] {255, 2}, new byte[288]),
        "tensor 't'",
        "rows of 255",
        "a multiple of 256");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 4, 9, 24, 31, 41, 1 << 30})
  void unknownTensorTypes(int type) {
    refuses(
        ErrorCode.UNSUPPORTED_TYPE,
        new GgufWriter().tensorAt("t", type, ONE, 0, new byte[4]),
        "tensor 't'",
        "type id " + type);
  }

  @Test
  void misalignedData() {
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().tensorAt("t", 0, ONE, 16, new byte[64]),
        "tensor 't'",
        "offset 16",
        "alignment 32");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE})
  void offsetsBeyondALong(long offset) {
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().tensorAt("t", 0, ONE, offset, new byte[4]),
        "tensor 't'",
        Long.toUnsignedString(offset));
  }

  @ParameterizedTest
  @ValueSource(longs = {32, 1L << 40, Long.MAX_VALUE - 31})
  void dataBeyondTheEnd(long offset) {
    // Of the last offset even the sum with the start of the data is no long.
    refuses(
        ErrorCode.GGUF_TRUNCATED,
        new GgufWriter().tensorAt("t", 0, ONE, offset, new byte[4]),
        "tensor 't'",
        "needs 4 bytes from offset");
  }

  @Test
  void dataLongerThanTheFile() {
    refuses(
        ErrorCode.GGUF_TRUNCATED,
        new GgufWriter().tensor("t", new long[] {1L << 60}, 1),
        "tensor 't'",
        "needs 4611686018427387904 bytes");
  }

  @Test
  void overlappingData() {
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter()
            .tensorAt("a", 0, new long[] {9}, 32, new byte[36])
            .tensorAt("b", 0, new long[] {9}, 0, new byte[36]),
        "tensor 'a'",
        "offset 32",
        "inside that of tensor 'b'",
        "from 36 on");
  }
}
