package ai.realm.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.GgufWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Models in several files. */
class GgufSplitTest {
  @TempDir Path folder;

  private static GgufWriter part(int number, int count, int tensors) {
    return new GgufWriter()
        .uint16("split.no", number)
        .uint16("split.count", count)
        .int32("split.tensors.count", tensors);
  }

  private Path path(int part, int count) {
    return folder.resolve(String.format("model-%05d-of-%05d.gguf", part, count));
  }

  /** Three parts, two tensors in the last. */
  private Path writeThree() {
    part(1, 3, 4).tensor("b", new long[] {1}, 2).write(path(2, 3));
    part(2, 3, 4)
        .alignment(64)
        .tensor("c", new long[] {1}, 3)
        .tensor("d", new long[] {1}, 4)
        .write(path(3, 3));
    return part(0, 3, 4)
        .string("general.name", "whole")
        .tensor("a", new long[] {1}, 1)
        .write(path(1, 3));
  }

  private static void refuses(ErrorCode code, Path path, String... parts) {
    EngineException error = assertThrows(EngineException.class, () -> Gguf.open(path));
    assertEquals(code, error.code(), error.getMessage());
    for (String part : parts) {
      assertTrue(error.getMessage().contains(part), () -> part + " in: " + error.getMessage());
    }
  }

  @Test
  void readsAllParts() {
    try (Gguf gguf = Gguf.open(writeThree())) {
      assertEquals("whole", gguf.metadata().string("general.name", null));
      assertEquals(
          List.of("a", "b", "c", "d"), gguf.tensors().stream().map(TensorInfo::name).toList());
      for (int i = 0; i < 4; i++) {
        assertArrayEquals(
            new float[] {i + 1},
            gguf.tensors().get(i).data().toArray(ValueLayout.JAVA_FLOAT_UNALIGNED));
      }
    }
  }

  @Test
  void findsPartsBesideALink() throws IOException {
    writeThree();
    Path links = Files.createDirectory(folder.resolve("links"));
    for (int i = 1; i <= 3; i++) {
      Path hashed = Files.move(path(i, 3), folder.resolve("blob" + i));
      Files.createSymbolicLink(links.resolve(path(i, 3).getFileName()), hashed);
    }
    try (Gguf gguf = Gguf.open(links.resolve("model-00001-of-00003.gguf"))) {
      assertEquals(4, gguf.tensors().size());
    }
  }

  @Test
  void aSplitOfOneIsWhole() {
    Path path = part(0, 1, 1).tensor("a", new long[] {1}, 1).write(folder.resolve("any.gguf"));
    try (Gguf gguf = Gguf.open(path)) {
      assertEquals(1, gguf.tensors().size());
    }
  }

  @Test
  void refusesAMissingPart() throws IOException {
    Path first = writeThree();
    Files.delete(path(2, 3));
    refuses(ErrorCode.FILE_NOT_FOUND, first, path(2, 3).toString());
  }

  @Test
  void refusesATruncatedPart() throws IOException {
    Path first = writeThree();
    byte[] bytes = Files.readAllBytes(path(3, 3));
    Files.write(path(3, 3), Arrays.copyOf(bytes, bytes.length - 1));
    refuses(ErrorCode.GGUF_TRUNCATED, first, path(3, 3).toString(), "tensor 'd'");
  }

  @Test
  void refusesALaterPartAndNamesTheFirst() {
    Path first = writeThree();
    refuses(ErrorCode.GGUF_INVALID, path(2, 3), "part 2 of 3", "open " + first);
  }

  @Test
  void refusesARenamedPart() throws IOException {
    Path renamed = Files.move(writeThree(), folder.resolve("model.gguf"));
    refuses(ErrorCode.GGUF_INVALID, renamed, "part 1 of 3", "-00001-of-00003.gguf");
  }

  @Test
  void refusesAPartUnderTheNameOfAnother() throws IOException {
    Path first = writeThree();
    Files.copy(path(3, 3), path(2, 3), StandardCopyOption.REPLACE_EXISTING);
    refuses(ErrorCode.GGUF_INVALID, first, "holds part 3 of 3", "expected part 2 of 3");
  }

  @Test
  void refusesAWholeModelAsAPart() {
    Path first = writeThree();
    new GgufWriter().tensor("b", new long[] {1}, 2).write(path(2, 3));
    refuses(ErrorCode.GGUF_INVALID, first, "holds part 1 of 1", "expected part 2 of 3");
  }

  @Test
  void refusesATensorInTwoParts() {
    part(1, 2, 2).tensor("a", new long[] {1}, 2).write(path(2, 2));
    Path first = part(0, 2, 2).tensor("a", new long[] {1}, 1).write(path(1, 2));
    refuses(ErrorCode.GGUF_INVALID, first, "tensor 'a'", "in two parts");
  }

  @Test
  void refusesAnotherNumberOfTensors() {
    part(1, 2, 3).tensor("b", new long[] {1}, 2).write(path(2, 2));
    Path first = part(0, 2, 3).tensor("a", new long[] {1}, 1).write(path(1, 2));
    refuses(ErrorCode.GGUF_INVALID, first, "hold 2 tensors", "expected 3");
  }

  @Test
  void refusesANumberOutsideTheCount() {
    Path path = part(2, 2, 0).write(path(1, 2));
    refuses(ErrorCode.GGUF_INVALID, path, "part 2 of 2", "split.no");
  }

  @Test
  void refusesASplitModelInABuffer() {
    MemorySegment bytes = MemorySegment.ofArray(part(0, 2, 0).bytes());
    EngineException error =
        assertThrows(EngineException.class, () -> Gguf.of(bytes, () -> fail("released")));
    assertEquals(ErrorCode.GGUF_INVALID, error.code());
    assertTrue(error.getMessage().contains("part 1 of 2"), error.getMessage());
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "reads the kernel's list of mappings")
  void leavesNothingMapped() throws IOException {
    Path first = writeThree();
    Gguf gguf = Gguf.open(first);
    assertEquals(3, mappings());
    gguf.close();
    assertEquals(0, mappings());
    Files.delete(path(3, 3));
    refuses(ErrorCode.FILE_NOT_FOUND, first);
    assertEquals(0, mappings());
  }

  private long mappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.filter(line -> line.contains(folder.toString())).count();
    }
  }
}
