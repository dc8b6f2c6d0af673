package ai.realm.sampling;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Holds {@link Dry} against the tokens of one sequence. */
final class DryPenalty {
  /** The natural logarithm of the largest f32. */
  private static final double LARGEST_EXPONENT = Math.log(Float.MAX_VALUE);

  /** Below this base its powers stay small. */
  private static final double GROWS = 1.000001;

  private final Dry dry;
  private final DryBreakers breakers;
  private int[] tokens = new int[64];
  private int length;

  /** At the start of a sequence. */
  DryPenalty(Dry dry, DryBreakers breakers) {
    this.dry = dry;
    this.breakers = breakers;
  }

  /** Another with the same tokens. */
  DryPenalty copy() {
    DryPenalty copy = new DryPenalty(dry, breakers);
    copy.tokens = tokens.clone();
    copy.length = length;
    return copy;
  }

  /** Adds the newest token. */
  void add(int id) {
    if (length == tokens.length) {
      tokens = Arrays.copyOf(tokens, 2 * length);
    }
    tokens[length++] = id;
  }

  /** Changes the logits of the tokens that would go on with a repetition, in the row from there. */
  void apply(float[] logits, int from) {
    int looked = dry.lastN() < 0 ? length : Math.min(length, dry.lastN());
    if (looked <= dry.allowedLength()) {
      return;
    }
    int most = breakers.behindLast(tokens, length, looked);
    if (most < dry.allowedLength()) {
      return;
    }
    repetitions(looked, most)
        .forEach((id, repeated) -> {
          if (!breakers.breaksAlone(id)) {
            logits[from + id] =
                (float) Math.max(logits[from + id] - penalty(repeated), -Float.MAX_VALUE);
          }
        });
  }

  private double penalty(int repeated) {
    int exponent = repeated - dry.allowedLength();
    if (dry.base() > GROWS) {
      exponent = Math.min(exponent, (int) (LARGEST_EXPONENT / Math.log(dry.base())));
    }
    return dry.multiplier() * Math.pow(dry.base(), exponent);
  }

  /**
   * The tokens that would go on with a repetition, each with how many of the last tokens stand
   * before an earlier one of it, at most {@code most}: by the Z algorithm over the last {@code
   * looked} tokens from the end on.
   */
  private Map<Integer, Integer> repetitions(int looked, int most) {
    Map<Integer, Integer> longest = new HashMap<>();
    int[] alike = new int[looked];
    int boxStart = 0;
    int boxEnd = 0; // The first behind it.
    for (int back = 1; back < looked; back++) {
      int same = back < boxEnd ? Math.min(alike[back - boxStart], boxEnd - back) : 0;
      while (back + same < looked && fromEnd(same) == fromEnd(back + same)) {
        same++;
      }
      if (back + same > boxEnd) {
        boxStart = back;
        boxEnd = back + same;
      }
      alike[back] = same;
      int repeated = Math.min(same, most);
      if (repeated >= dry.allowedLength()) {
        longest.merge(fromEnd(back - 1), repeated, Math::max);
      }
    }
    return longest;
  }

  private int fromEnd(int back) {
    return tokens[length - 1 - back];
  }
}
