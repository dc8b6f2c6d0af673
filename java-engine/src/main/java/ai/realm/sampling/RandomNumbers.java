package ai.realm.sampling;

import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * The random numbers of one sequence, each of which can be seen before it is used: so it is known
 * what would be drawn next, of whatever logits.
 */
final class RandomNumbers {
  private final DoubleSupplier source;

  /** A ring of those that were seen and not yet used. */
  private double[] coming = new double[16];

  private int first;
  private int size;

  RandomNumbers(long seed) {
    this(new SplittableRandom(seed)::nextDouble);
  }

  /** Those of a source. */
  RandomNumbers(DoubleSupplier source) {
    this.source = source;
  }

  /** The next one, from 0 to less than 1. */
  double next() {
    if (size == 0) {
      return source.getAsDouble();
    }
    double next = coming[first];
    first = (first + 1) % coming.length;
    size--;
    return next;
  }

  /** The one that is used when {@code others} before it have been. */
  double ahead(int others) {
    while (size <= others) {
      if (size == coming.length) {
        double[] longer = new double[2 * size];
        for (int i = 0; i < size; i++) {
          longer[i] = coming[(first + i) % size];
        }
        coming = longer;
        first = 0;
      }
      coming[(first + size++) % coming.length] = source.getAsDouble();
    }
    return coming[(first + others) % coming.length];
  }
}
