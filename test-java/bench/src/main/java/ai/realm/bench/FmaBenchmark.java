package ai.realm.bench;

import ai.realm.kernels.WorkerPool;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The machine's limit for arithmetic in f32: all threads compute fused multiply-adds in twelve
 * chains, more than the latency of one takes.
 */
@State(Scope.Benchmark)
public class FmaBenchmark {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int CHAINS = 12;
  private static final int STEPS = 1 << 18;

  private final WorkerPool pool = Machine.newPool();
  private final float[] results = new float[Machine.THREADS];
  public float factor = 0.999f;

  static Work work() {
    return new Work(0, 2.0 * SPECIES.length() * CHAINS * STEPS * Machine.THREADS);
  }

  @TearDown
  public void close() {
    pool.close();
  }

  @Benchmark
  public float[] compute() {
    pool.run(Machine.THREADS, piece -> results[piece] = chains(factor, piece));
    return results;
  }

  private static float chains(float factor, float start) {
    FloatVector f = FloatVector.broadcast(SPECIES, factor);
    FloatVector s = FloatVector.broadcast(SPECIES, start);
    FloatVector a = s;
    FloatVector b = s.add(1);
    FloatVector c = s.add(2);
    FloatVector d = s.add(3);
    FloatVector e = s.add(4);
    FloatVector g = s.add(5);
    FloatVector h = s.add(6);
    FloatVector i = s.add(7);
    FloatVector j = s.add(8);
    FloatVector k = s.add(9);
    FloatVector l = s.add(10);
    FloatVector m = s.add(11);
    for (int step = 0; step < STEPS; step++) {
      a = a.fma(f, s);
      b = b.fma(f, s);
      c = c.fma(f, s);
      d = d.fma(f, s);
      e = e.fma(f, s);
      g = g.fma(f, s);
      h = h.fma(f, s);
      i = i.fma(f, s);
      j = j.fma(f, s);
      k = k.fma(f, s);
      l = l.fma(f, s);
      m = m.fma(f, s);
    }
    FloatVector sum =
        a.add(b).add(c).add(d).add(e).add(g).add(h).add(i).add(j).add(k).add(l).add(m);
    return sum.reduceLanes(VectorOperators.ADD);
  }
}
