package ai.realm.sampling;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The tokens that may still be drawn, in one array that is reused from token to token.
 *
 * <p>A candidate is one long: the logit's bits, mapped so that they ascend as the logit descends,
 * above the id. So the natural order of longs is the order of sampling: the most probable first,
 * and of equals the lowest id. No two candidates are equal.
 */
final class Candidates {
  /** Below this many, compacting costs more than it saves. */
  private static final int SMALLEST_BUFFER = 1024;

  private long[] entries = new long[SMALLEST_BUFFER];
  private int size;

  /** How many at the front are in order and before all others. */
  private int sorted;

  /**
   * Takes the {@code k} largest of {@code count} logits, in no order. A token whose logit is
   * negative infinity is no candidate.
   *
   * <p>One pass: a logit no larger than k others cannot be among the k largest, so it is skipped;
   * when the buffer is full, the k largest in it stay and the bar rises.
   *
   * @param logits holds a row
   * @param from index of the row's first logit, that of token 0
   * @param count the row's length
   * @param k at least 1
   * @throws EngineException {@code INTERNAL} for a logit that is not a number or positive infinity;
   *     {@code INVALID_ARGUMENT} if every logit is negative infinity
   */
  void takeLargest(float[] logits, int from, int count, int k) {
    int limit = (int) Math.min(count, Math.max(2L * k, SMALLEST_BUFFER));
    if (entries.length < limit) {
      entries = new long[limit];
    }
    size = 0;
    sorted = 0;
    float bar = Float.NEGATIVE_INFINITY;
    for (int id = 0; id < count; id++) {
      float logit = logits[from + id];
      if (logit <= bar) {
        continue;
      }
      // NaN fails every comparison, so it comes here.
      if (!(logit < Float.POSITIVE_INFINITY)) {
        throw notFinite(id, logit);
      }
      if (size == limit) {
        // Only reached with size > k: a limit of k or less is the whole row.
        select(0, size, k);
        size = k;
        bar = logitOf(largestOf(0, k));
        if (logit <= bar) {
          continue;
        }
      }
      entries[size++] = pack(logit, id);
    }
    if (size > k) {
      select(0, size, k);
      size = k;
    }
    if (size == 0) {
      throw allBanned();
    }
  }

  /** How many there are: at least 1. */
  int size() {
    return size;
  }

  /** The id of the candidate at {@code index}. */
  int id(int index) {
    return (int) entries[index];
  }

  /** The logit of the candidate at {@code index}. */
  float logit(int index) {
    return logitOf(entries[index]);
  }

  /** The largest logit. */
  float largest() {
    if (sorted > 0) {
      return logit(0);
    }
    long first = entries[0];
    for (int i = 1; i < size; i++) {
      first = Math.min(first, entries[i]);
    }
    return logitOf(first);
  }

  /** Brings the {@code count} most probable to the front, in order. */
  void sortFirst(int count) {
    if (count > sorted) {
      if (count < size) {
        select(sorted, size, count);
      }
      Arrays.sort(entries, sorted, count);
      sorted = count;
    }
  }

  /** Keeps those at the front: {@code count} of them, from 1 to the size. */
  void keepFirst(int count) {
    size = count;
    sorted = Math.min(sorted, count);
  }

  /** Keeps those whose logit is at least {@code bar}; the most probable one must be among them. */
  void keepFrom(double bar) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (logitOf(entries[i]) >= bar) {
        entries[kept++] = entries[i];
      }
    }
    keepFirst(kept);
  }

  /** Drops those at the front: {@code count} of them, in order, fewer than all. */
  void dropFirst(int count) {
    size -= count;
    sorted = Math.max(0, sorted - count);
    System.arraycopy(entries, count, entries, 0, size);
  }

  /** Keeps those at these indices, at least one; all were in order, and still are. */
  void keep(BitSet indices) {
    int kept = 0;
    for (int i = indices.nextSetBit(0); i >= 0; i = indices.nextSetBit(i + 1)) {
      entries[kept++] = entries[i];
    }
    size = kept;
    sorted = kept;
  }

  /** What the exponentials of all logits, less the largest, sum up to at a temperature above 0. */
  double total(double temperature) {
    double largest = largest();
    double total = 0;
    for (int i = 0; i < size; i++) {
      total += Math.exp((logit(i) - largest) / temperature);
    }
    return total;
  }

  /** Of their probabilities at temperature 1, in nats. */
  double entropy() {
    double largest = largest();
    double total = 0;
    double products = 0;
    for (int i = 0; i < size; i++) {
      double less = logit(i) - largest;
      double weight = Math.exp(less);
      total += weight;
      products += weight == 0 ? 0 : weight * less;
    }
    return Math.log(total) - products / total;
  }

  /**
   * What their probabilities are proportional to at a temperature: the most probable one has 1, and
   * at temperature 0 it alone counts, of equals the one with the lowest id.
   *
   * @param room for the weights, where it is enough
   * @return one for each, in their order
   */
  double[] weights(double temperature, double[] room) {
    double[] weights = room.length < size ? new double[size] : room;
    if (temperature == 0) {
      Arrays.fill(weights, 0, size, 0);
      sortFirst(1);
      weights[0] = 1;
      return weights;
    }
    double largest = largest();
    for (int i = 0; i < size; i++) {
      weights[i] = Math.exp((logit(i) - largest) / temperature);
    }
    return weights;
  }

  /** Moves the {@code k - from} smallest longs of {@code [from, to)} to its front: quickselect. */
  private void select(int from, int to, int k) {
    int low = from;
    int high = to - 1;
    while (low < high) {
      long pivot = median(entries[low], entries[(low + high) >>> 1], entries[high]);
      int i = low;
      int j = high;
      while (i <= j) {
        while (entries[i] < pivot) {
          i++;
        }
        while (entries[j] > pivot) {
          j--;
        }
        if (i <= j) {
          long entry = entries[i];
          entries[i++] = entries[j];
          entries[j--] = entry;
        }
      }
      // Now [low, j] <= pivot <= [i, high], with at most the pivot between.
      if (k - 1 <= j) {
        high = j;
      } else if (k - 1 >= i) {
        low = i;
      } else {
        return;
      }
    }
  }

  private static long median(long a, long b, long c) {
    return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
  }

  /** The greatest long, so the least probable, of {@code [from, to)}. */
  private long largestOf(int from, int to) {
    long last = entries[from];
    for (int i = from + 1; i < to; i++) {
      last = Math.max(last, entries[i]);
    }
    return last;
  }

  private static long pack(float logit, int id) {
    // Adding zero makes one of the two zeros.
    int bits = Float.floatToRawIntBits(logit + 0.0f);
    // As signed ints the bits of positive floats ascend with them; those of negative ones descend.
    int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
    return ((long) ~ascending << 32) | id;
  }

  private static float logitOf(long entry) {
    int ascending = ~(int) (entry >> 32);
    return Float.intBitsToFloat(ascending ^ ((ascending >> 31) & Integer.MAX_VALUE));
  }

  static EngineException notFinite(int id, float logit) {
    return new EngineException(
        ErrorCode.INTERNAL,
        "the model gave the logit "
            + logit
            + " for token "
            + id
            + ", expected a finite number; the model file may be damaged: check its SHA-256");
  }

  static EngineException allBanned() {
    return new EngineException(
        ErrorCode.INVALID_ARGUMENT,
        "every token's logit is negative infinity, so none can be drawn; leave at least one that"
            + " logitBias does not ban");
  }
}
