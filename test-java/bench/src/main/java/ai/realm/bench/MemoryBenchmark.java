package ai.realm.bench;

import ai.realm.kernels.AnonymousMemory;
import ai.realm.kernels.Overcommit;
import ai.realm.kernels.WorkerPool;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The machine's limit for what comes from memory: all threads read, and do next to nothing else.
 */
@State(Scope.Benchmark)
public class MemoryBenchmark {
  private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
  private static final int PIECES = 64;
  private static final long PIECE_BYTES = Machine.BEYOND_CACHES / PIECES;

  private final Arena arena = AnonymousMemory.newArena(Overcommit.REFUSED);
  private final MemorySegment memory = arena.allocate(Machine.BEYOND_CACHES, 64).fill((byte) 7);
  private final WorkerPool pool = Machine.newPool();
  private final long[] sums = new long[PIECES];

  static Work work() {
    return new Work(Machine.BEYOND_CACHES, 0);
  }

  @TearDown
  public void close() {
    pool.close();
    arena.close();
  }

  @Benchmark
  public long[] read() {
    pool.run(PIECES, piece -> sums[piece] = sum(memory, piece * PIECE_BYTES));
    return sums;
  }

  private static long sum(MemorySegment memory, long from) {
    int step = SPECIES.vectorByteSize();
    LongVector a = LongVector.zero(SPECIES);
    LongVector b = a;
    LongVector c = a;
    LongVector d = a;
    for (long at = from; at < from + PIECE_BYTES; at += 4L * step) {
      a = a.lanewise(VectorOperators.XOR, load(memory, at));
      b = b.lanewise(VectorOperators.XOR, load(memory, at + step));
      c = c.lanewise(VectorOperators.XOR, load(memory, at + 2L * step));
      d = d.lanewise(VectorOperators.XOR, load(memory, at + 3L * step));
    }
    return a.add(b).add(c).add(d).reduceLanes(VectorOperators.ADD);
  }

  private static LongVector load(MemorySegment memory, long at) {
    return LongVector.fromMemorySegment(SPECIES, memory, at, ByteOrder.nativeOrder());
  }
}
