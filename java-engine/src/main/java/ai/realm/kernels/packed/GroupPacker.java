package ai.realm.kernels.packed;

import ai.realm.gguf.TensorType;
import java.lang.foreign.MemorySegment;

/** Repacks one group of up to 16 rows. */
@FunctionalInterface
public interface GroupPacker {

  /**
   * Repacks rows of file blocks.
   *
   * @param type a type that has a {@link Layout}
   * @param file the rows' blocks, row after row
   * @param columns values a row
   * @param rows at most 16
   * @param group receives the words; zero before
   * @return whether the layout holds all scales
   */
  boolean pack(TensorType type, MemorySegment file, int columns, int rows, MemorySegment group);
}
