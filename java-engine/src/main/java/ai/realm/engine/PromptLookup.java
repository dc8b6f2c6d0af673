package ai.realm.engine;

import java.util.Arrays;

/**
 * Guesses that a text goes on as it, or its prompt, did where the same tokens stood before (Saxena
 * 2023, prompt lookup decoding). The more tokens before that place are those at the end, the more
 * probable it is that the next one is, too; how probable, each text shows by itself: at every token
 * it is known what would have been guessed, also where nothing was. So it costs nothing to find out
 * that a text has begun, or ceased, to repeat.
 */
final class PromptLookup implements Drafter {
  /** Tokens that at least must be the same; places are found by them. */
  private static final int LEAST_MATCH = 2;

  /** More are not counted. */
  private static final int MOST_MATCH = 32;

  /** Places that are looked at, the latest first. */
  private static final int MOST_PLACES = 16;

  /** What is thought at first of guesses behind 2, 3, 4, 5 to 7, 8 to 15, and 16 or more tokens. */
  private static final double[] CHANCES = {0.3, 0.45, 0.55, 0.65, 0.8, 0.9};

  private final Odds odds = new Odds(CHANCES);

  /** Places behind a pair of tokens, by a hash of the pair: the latest one; 0 for none. */
  private int[] latest;

  /** The one before each place with the same hash. */
  private int[] before;

  /** The place whose token is guessed next; 0 for none. */
  private int place;

  /** Tokens before it that are those at the end. */
  private int matched;

  /** At the end of a prompt, the first {@code length} of {@code tokens}. */
  PromptLookup(int[] tokens, int length) {
    int room = Math.max(64, Integer.highestOneBit(length) * 4);
    latest = new int[room];
    before = new int[room / 2];
    for (int end = LEAST_MATCH; end < length; end++) {
      index(tokens, end);
    }
    find(tokens, length);
    index(tokens, length);
  }

  @Override
  public void grown(int[] tokens, int from, int length) {
    for (int at = from; at < length; at++) {
      if (place > 0) {
        boolean holds = tokens[place] == tokens[at];
        odds.note(kind(matched), holds);
        place = holds ? place + 1 : 0;
        matched++;
      }
      if (place == 0) {
        find(tokens, at + 1);
      }
      index(tokens, at + 1);
    }
  }

  @Override
  public double chance() {
    return place > 0 ? odds.of(kind(matched)) : 0;
  }

  @Override
  public int draft(int[] tokens, int length, int most, Stake stake) {
    int count = 0;
    double chance = 1;
    while (place > 0 && count < most) {
      chance *= odds.of(kind(matched + count));
      if (!stake.takes(chance)) {
        break;
      }
      // The place may reach the guesses themselves: a text that repeats a few tokens.
      tokens[length + count] = tokens[place + count];
      count++;
    }
    return count;
  }

  private static int kind(int matched) {
    return matched < 5 ? matched - LEAST_MATCH : matched < 8 ? 3 : matched < 16 ? 4 : 5;
  }

  /** Finds the place behind the most tokens that are those before {@code end}; the latest such. */
  private void find(int[] tokens, int end) {
    place = 0;
    matched = 0;
    if (end < LEAST_MATCH) {
      return;
    }
    int candidate = latest[slot(tokens, end)];
    for (int i = 0; i < MOST_PLACES && candidate > 0; i++) {
      int same = same(tokens, candidate, end);
      if (same >= LEAST_MATCH && same > matched) {
        place = candidate;
        matched = same;
      }
      candidate = before[candidate];
    }
  }

  private static int same(int[] tokens, int place, int end) {
    int count = 0;
    while (count < MOST_MATCH
        && count < place
        && tokens[place - 1 - count] == tokens[end - 1 - count]) {
      count++;
    }
    return count;
  }

  /** Makes {@code end} a place that is found by the tokens before it. */
  private void index(int[] tokens, int end) {
    if (end < LEAST_MATCH) {
      return;
    }
    if (end >= before.length) {
      before = Arrays.copyOf(before, 2 * before.length);
      latest = new int[2 * latest.length];
      for (int each = LEAST_MATCH; each < end; each++) {
        link(tokens, each);
      }
    }
    link(tokens, end);
  }

  private void link(int[] tokens, int end) {
    int slot = slot(tokens, end);
    before[end] = latest[slot];
    latest[slot] = end;
  }

  private int slot(int[] tokens, int end) {
    int hash = 31 * tokens[end - 2] + tokens[end - 1];
    return hash * 0x9E3779B1 >>> Integer.numberOfLeadingZeros(latest.length - 1);
  }
}
