package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.fixture.NeedsTinyModels;
import ai.realm.fixture.TinyModelCase;
import ai.realm.gguf.Gguf;
import ai.realm.gguf.TensorInfo;
import ai.realm.kernels.FreeMemory;
import ai.realm.kernels.KvFormat;
import ai.realm.kernels.packed.PackedMatrix;
import ai.realm.kernels.scalar.ScalarKernels;
import ai.realm.kernels.vector.VectorKernels;
import ai.realm.model.cache.CacheOptions;
import ai.realm.model.cache.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is planned is what is taken: of weights to the byte, of the cache to the page. */
@NeedsTinyModels
class MemoryPlanTest {
  @TempDir Path folder;

  static List<TinyModelCase> cases() {
    return TinyModelCase.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void weightsAndCacheTakeWhatWasPlanned(TinyModelCase tiny) throws IOException {
    RecordingKernels kernels = new RecordingKernels();
    try (Gguf gguf = Gguf.open(tiny.file());
        Gguf head = Gguf.ofHeads(List.of(headOf(tiny.file(), gguf)))) {
      MemoryPlan plan = MemoryPlan.of(gguf, kernels);
      assertTrue(kernels.prepared().isEmpty(), "planning has prepared matrices");
      MemoryPlan ofHead = MemoryPlan.of(head, kernels);
      assertEquals(plan.packedBytes(), ofHead.packedBytes());
      assertEquals(plan.fileBytes(), ofHead.fileBytes());
      CacheOptions cache = CacheOptions.of(KvFormat.F16);
      try (TextEncoder model = Models.open(gguf, OptionalInt.empty(), 2, cache, kernels)) {
        // Those that code was warmed up with are gone.
        long taken =
            kernels.prepared().stream()
                .filter(matrix -> matrix.data().scope().isAlive())
                .mapToLong(PackedMatrix::bytes)
                .sum();
        assertEquals(taken, plan.packedBytes());
        int[] ids = tiny.sequences()[3];
        try (Sequence sequence = model.newSequence(ids.length)) {
          Batch batch = new Batch().embedded(sequence, ids, 0, ids.length);
          model.forward(batch, new float[batch.states() * model.width()], () -> false);
          long planned = plan.cacheBytes(KvFormat.F16, ids.length, 1);
          // In one step nothing behind a window is given back; in steps a page more may be kept.
          assertTrue(sequence.bytes() >= planned / 2, sequence.bytes() + ", " + planned);
          assertTrue(planned <= 2 * sequence.bytes(), sequence.bytes() + ", " + planned);
        }
      }
    }
  }

  /** The file up to its tensors' data. */
  private Path headOf(Path file, Gguf gguf) throws IOException {
    long start = gguf.tensors().stream().mapToLong(TensorInfo::offset).min().orElseThrow();
    byte[] all = Files.readAllBytes(file);
    return Files.write(folder.resolve("head.gguf"), Arrays.copyOf(all, (int) start));
  }

  @Test
  void matricesThatAreReadInTheFileCountThere() {
    TinyModelCase tiny = llama();
    try (Gguf gguf = Gguf.open(tiny.file())) {
      MemoryPlan scalar = MemoryPlan.of(gguf, new ScalarKernels());
      assertEquals(0, scalar.packedBytes());
      long matrices =
          gguf.tensors().stream()
              .filter(tensor -> tensor.shape().length > 1)
              .mapToLong(tensor -> tensor.data().byteSize())
              .sum();
      assertEquals(matrices, scalar.fileBytes());
      MemoryPlan vector = MemoryPlan.of(gguf, new VectorKernels());
      TensorInfo table = gguf.tensor("token_embd.weight").orElseThrow();
      assertEquals(table.data().byteSize(), vector.fileBytes());
    }
  }

  private static TinyModelCase llama() {
    return cases().stream().filter(tiny -> tiny.model().equals("llama")).findFirst().orElseThrow();
  }

  @Test
  void theLargestContextIsTheLastThatFits() {
    try (Gguf gguf = Gguf.open(llama().file())) {
      MemoryPlan plan = MemoryPlan.of(gguf, new VectorKernels());
      for (KvFormat format : plan.formats()) {
        int trained = plan.trainedContext();
        long all = plan.totalBytes(format, trained, 3);
        assertEquals(OptionalInt.of(trained), plan.largestContext(format, 3, all));
        long some = plan.totalBytes(format, 300, 3);
        int largest = plan.largestContext(format, 3, some).orElseThrow();
        assertTrue(largest >= 300 && plan.totalBytes(format, largest, 3) <= some);
        assertTrue(plan.totalBytes(format, largest + 1, 3) > some);
        long none = plan.totalBytes(format, 1, 3) - 1;
        assertEquals(OptionalInt.empty(), plan.largestContext(format, 3, none));
      }
    }
  }

  @Test
  void refusesWhatTheControlGroupHasNoRoomFor() {
    try (Gguf gguf = Gguf.open(llama().file())) {
      VectorKernels kernels = new VectorKernels();
      MemoryPlan plan = MemoryPlan.of(gguf, kernels);
      long needed =
          plan.packedBytes()
              + plan.fileBytes()
              + plan.workBytes(1)
              + plan.cacheBytes(KvFormat.F16, 1, 1)
              + FreeMemory.RESERVE;
      assertDoesNotThrow(() -> plan.requireRoom(KvFormat.F16, group(needed)));
      EngineException refused =
          assertThrows(
              EngineException.class, () -> plan.requireRoom(KvFormat.F16, group(needed - 1)));
      assertSame(ErrorCode.OUT_OF_MEMORY, refused.code());
      String figures =
          ".*needs %d MB more.*the control group has %d MB free of 512 MB.*"
              .formatted(needed >> 20, needed - 1 >> 20);
      assertTrue(refused.getMessage().matches(figures), refused.getMessage());
      // A file that is small is not asked about, whatever there is.
      assertDoesNotThrow(
          () -> MemoryPlan.requireRoom(gguf, kernels, KvFormat.F16, () -> Optional.of(group(0))));
    }
  }

  private static FreeMemory group(long free) {
    return new FreeMemory(free, 512 << 20, "the control group");
  }
}
