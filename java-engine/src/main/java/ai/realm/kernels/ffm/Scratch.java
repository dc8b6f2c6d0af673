package ai.realm.kernels.ffm;

import java.lang.foreign.MemorySegment;

/** The calling thread's working memory for native kernels; it grows to the largest need. */
final class Scratch {
  private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

  private float[] floats = new float[0];

  private Scratch() {}

  /** At least {@code length} floats, of any content. */
  static MemorySegment of(int length) {
    Scratch scratch = OF_THREAD.get();
    if (scratch.floats.length < length) {
      scratch.floats = new float[length];
    }
    return MemorySegment.ofArray(scratch.floats);
  }
}
