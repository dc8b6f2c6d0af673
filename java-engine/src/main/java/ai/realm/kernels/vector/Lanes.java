package ai.realm.kernels.vector;

import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/** The vector width of this machine: 4, 8 or 16 lanes of 32 bits. */
final class Lanes {
  /** Floats. */
  static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

  /** Words. */
  static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;

  /** Halves of words. */
  static final VectorSpecies<Short> S = ShortVector.SPECIES_PREFERRED;

  /** Bytes of words. */
  static final VectorSpecies<Byte> B = ByteVector.SPECIES_PREFERRED;

  /** Words, or floats, a vector. */
  static final int COUNT = F.length();

  /** Bytes a vector. */
  static final int BYTES = 4 * COUNT;

  /** Byte order of all storage. */
  static final ByteOrder LE = ByteOrder.LITTLE_ENDIAN;

  /** Keeps the sign, exponent and fraction of an F16 that was shifted to F32's place. */
  static final int HALF_MASK = 0x8FFFE000;

  /** Rebiases the exponent of such a value: 2^112. */
  static final float HALF_SCALE = 0x1p112f;

  /** What brings sums of weights that stand a byte too high to their size: 2^-8 in all lanes. */
  static final FloatVector BYTE = FloatVector.broadcast(F, 0x1p-8f);

  /** The same for two bytes: 2^-16 in all lanes. */
  static final FloatVector TWO_BYTES = FloatVector.broadcast(F, 0x1p-16f);

  private Lanes() {}

  /**
   * The sum of the first {@link #COUNT} values, in the same order always: that of {@code
   * reduceLanes} may become another when the code is compiled, and a result with it. The values are
   * overwritten.
   */
  static float sum(float[] lanes) {
    for (int half = COUNT / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[0];
  }
}
