package ai.realm.tokenizer;

import ai.realm.fixture.GgufWriter;
import ai.realm.gguf.Gguf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** The vocabularies of the tests: {@code vocab/README.md} says where they come from. */
final class VocabularyFile {
  private VocabularyFile() {}

  /** The tokenizer of the vocabulary called {@code name}. */
  static Tokenizer tokenizer(String name) {
    return tokenizer(bytes(name));
  }

  /** The same with another pre-tokenizer. */
  static Tokenizer tokenizer(String name, String preTokenizer) {
    return tokenizer(withPreTokenizer(bytes(name), preTokenizer));
  }

  private static Tokenizer tokenizer(byte[] file) {
    try (Gguf gguf = Gguf.of(MemorySegment.ofArray(file), () -> {})) {
      return Tokenizers.of(gguf.metadata());
    }
  }

  private static byte[] bytes(String name) {
    return resource(name + ".gguf.gz");
  }

  /** A file among the vocabularies; uncompressed if its name ends in {@code .gz}. */
  static byte[] resource(String name) {
    try (InputStream file = VocabularyFile.class.getResourceAsStream("vocab/" + name)) {
      return (name.endsWith(".gz") ? new GZIPInputStream(file) : file).readAllBytes();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** Replaces the value of {@code tokenizer.ggml.pre}, which is one of the keys. */
  private static byte[] withPreTokenizer(byte[] file, String preTokenizer) {
    byte[] key = GgufWriter.text("tokenizer.ggml.pre");
    int at = 24;
    while (!Arrays.equals(file, at, at + key.length, key, 0, key.length)) {
      at++;
    }
    int value = at + key.length + 4;
    int oldLength = file[value];
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length + 16);
    out.write(file, 0, value);
    out.writeBytes(GgufWriter.text(preTokenizer));
    int rest = value + 8 + oldLength;
    out.write(file, rest, file.length - rest);
    return out.toByteArray();
  }

  /** A text file among the vocabularies. */
  static String text(String name) {
    return new String(resource(name), StandardCharsets.UTF_8);
  }
}
