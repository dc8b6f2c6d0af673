package ai.realm.gguf;

import static ai.realm.fixture.GgufWriter.ARRAY;
import static ai.realm.fixture.GgufWriter.BOOL;
import static ai.realm.fixture.GgufWriter.FLOAT32;
import static ai.realm.fixture.GgufWriter.STRING;
import static ai.realm.fixture.GgufWriter.UINT64;
import static ai.realm.fixture.GgufWriter.UINT8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused of files and their metadata: with which code, and by what name. */
class GgufRefusalTest {
  @TempDir Path folder;

  static void refuses(ErrorCode code, Executable call, String... parts) {
    EngineException error = assertThrows(EngineException.class, call);
    assertEquals(code, error.code(), error.getMessage());
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), () -> part + " in: " + error.getMessage());
    }
  }

  static void refuses(ErrorCode code, GgufWriter writer, String... parts) {
    refuses(code, () -> GgufTest.read(writer), parts);
  }

  @Test
  void aMissingFile() {
    Path path = folder.resolve("none.gguf");
    refuses(ErrorCode.FILE_NOT_FOUND, () -> Gguf.open(path), path.toString());
  }

  @Test
  void aFolder() {
    refuses(ErrorCode.IO_ERROR, () -> Gguf.open(folder), folder.toString(), "a folder");
  }

  @Test
  void anEmptyFile() throws IOException {
    Path path = Files.createFile(folder.resolve("empty.gguf"));
    refuses(ErrorCode.GGUF_INVALID, () -> Gguf.open(path), path.toString(), "holds 0 bytes");
  }

  @Test
  void aPicture() throws IOException {
    byte[] png = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0, 0, 13, 'I', 'H'};
    Path path = Files.write(folder.resolve("picture.gguf"), png);
    refuses(ErrorCode.GGUF_INVALID, () -> Gguf.open(path), "89504e47", "47475546");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, -1, 0x03000000})
  void anotherVersion(int version) {
    refuses(
        ErrorCode.GGUF_UNSUPPORTED_VERSION,
        new GgufWriter().version(version),
        version == 0x03000000 ? "big-endian" : Integer.toUnsignedString(version));
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, (1 << 17) + 1})
  void countsBeyondTheLimits(long count) {
    String shown = Long.toUnsignedString(count);
    refuses(
        ErrorCode.GGUF_INVALID, new GgufWriter().statedTensorCount(count), "tensor count", shown);
    refuses(ErrorCode.GGUF_INVALID, new GgufWriter().statedKeyCount(count), "key count", shown);
  }

  @Test
  void countsBeyondTheContents() {
    refuses(
        ErrorCode.GGUF_TRUNCATED,
        new GgufWriter().string("only", "one").statedKeyCount(2),
        "key number 1");
    refuses(
        ErrorCode.GGUF_TRUNCATED,
        new GgufWriter().string("only", "one").statedTensorCount(1),
        "tensor number 0");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 32, (1 << 26) + 1})
  void stringLengthsBeyondTheLimit(long length) {
    byte[] string = GgufWriter.int64(length);
    String shown = Long.toUnsignedString(length);
    refuses(ErrorCode.GGUF_INVALID, new GgufWriter().raw("k", STRING, string), "key 'k'", shown);
    byte[] array = GgufWriter.array(STRING, 1, string);
    refuses(ErrorCode.GGUF_INVALID, new GgufWriter().raw("k", ARRAY, array), "key 'k'", shown);
  }

  @Test
  void aKeyLongerThanTheFormatAllows() {
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().string("k".repeat(1 << 16), ""),
        "key number 0",
        "65536",
        "65535");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE, (1 << 24) + 1})
  void arrayLengthsBeyondTheLimit(long length) {
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().raw("k", ARRAY, GgufWriter.array(UINT8, length, new byte[0])),
        "key 'k'",
        Long.toUnsignedString(length));
  }

  @ParameterizedTest
  @ValueSource(ints = {UINT8, BOOL, FLOAT32, STRING, ARRAY, UINT64})
  void arraysLongerThanTheFile(int type) {
    refuses(
        ErrorCode.GGUF_TRUNCATED,
        new GgufWriter().raw("k", ARRAY, GgufWriter.array(type, 1 << 24, new byte[0])),
        "key 'k'",
        "the file ends at");
  }

  @Test
  void arraysNestedTooDeep() {
    byte[] array = GgufWriter.array(UINT8, 1, new byte[1]);
    for (int depth = 2; depth <= 4; depth++) {
      array = GgufWriter.array(ARRAY, 1, array);
    }
    assertTrue(GgufTest.read(new GgufWriter().raw("k", ARRAY, array)).metadata().isArray("k"));
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().raw("k", ARRAY, GgufWriter.array(ARRAY, 1, array)),
        "key 'k'",
        "deeper than 4");
  }

  @Test
  void unknownValueTypes() {
    refuses(ErrorCode.GGUF_INVALID, new GgufWriter().raw("k", 13, new byte[8]), "key 'k'", "13");
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().raw("k", ARRAY, GgufWriter.array(-1, 0, new byte[0])),
        "key 'k'",
        "4294967295");
  }

  @Test
  void booleansOtherThanZeroAndOne() {
    byte[] two = {2};
    refuses(ErrorCode.GGUF_INVALID, new GgufWriter().raw("k", BOOL, two), "key 'k'", "is 2");
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().raw("k", ARRAY, GgufWriter.array(BOOL, 1, two)),
        "key 'k'",
        "is 2");
  }

  @Test
  void aKeyTwice() {
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().bool("k", true).bool("k", true),
        "key 'k'",
        "twice");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 3, 12, 36, -1, (1 << 30) + 8})
  void anAlignmentThatIsNone(int alignment) {
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().uint32("general.alignment", alignment),
        "'general.alignment'",
        Integer.toUnsignedString(alignment));
  }

  @Test
  void anAlignmentOfAnotherType() {
    refuses(
        ErrorCode.GGUF_INVALID,
        new GgufWriter().string("general.alignment", "32"),
        "'general.alignment'",
        "a string",
        "an integer");
  }

  @Test
  void valuesOfAnotherType() {
    GgufMetadata metadata =
        GgufTest.read(
                new GgufWriter()
                    .string("text", "x")
                    .uint32("number", 7)
                    .float32("float", 0.5f)
                    .uint64("huge", -1)
                    .bool("flag", true)
                    .strings("texts", "x")
                    .raw("longs", ARRAY, GgufWriter.array(UINT64, 1, GgufWriter.int64(1L << 31))))
            .metadata();
    ErrorCode invalid = ErrorCode.GGUF_INVALID;
    refuses(invalid, () -> metadata.string("number", ""), "'number'", "integer 7", "a string");
    refuses(invalid, () -> metadata.integer("text", 0), "'text'", "a string", "an integer");
    refuses(invalid, () -> metadata.integer("float", 0), "'float'", "number 0.5", "an integer");
    refuses(invalid, () -> metadata.integer("huge", 0), "'huge'", "18446744073709551615");
    refuses(invalid, () -> metadata.number("flag", 0), "'flag'", "a boolean", "a number");
    refuses(invalid, () -> metadata.bool("texts", true), "'texts'", "an array", "a boolean");
    refuses(invalid, () -> metadata.strings("text"), "'text'", "a string", "array of strings");
    refuses(invalid, () -> metadata.strings("longs"), "'longs'", "array of strings");
    refuses(invalid, () -> metadata.floats("texts"), "'texts[0]'", "a string", "a number");
    refuses(invalid, () -> metadata.integers("texts"), "'texts[0]'", "a string", "an integer");
    refuses(invalid, () -> metadata.integers("longs"), "'longs[0]'", "2147483648", "2^31-1");
    refuses(invalid, () -> metadata.length("flag"), "'flag'", "a boolean", "an array");
  }

  @Test
  void hostileNamesAreShownHarmless() {
    String name = "\u001b[2J\n" + "x".repeat(1000);
    EngineException error =
        assertThrows(
            EngineException.class,
            () -> GgufTest.read(new GgufWriter().raw(name, 99, new byte[0])));
    assertTrue(error.getMessage().contains("'\\u001b[2J\\u000axxx"), error.getMessage());
    assertTrue(error.getMessage().length() < 400, error.getMessage());
  }

  @Test
  void theCallerKeepsTheBufferOfARefusedModel() {
    Runnable never =
        () -> {
          throw new AssertionError("released what the caller still owns");
        };
    refuses(
        ErrorCode.GGUF_INVALID, () -> Gguf.of(MemorySegment.ofArray(new byte[3]), never), "buffer");
  }
}
