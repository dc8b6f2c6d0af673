package ai.realm.sampling;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.List;

/**
 * Ends a text at the first stop string, and holds text back while it may still become one.
 *
 * <p>The text ends where, read unit by unit, a stop string is first complete; if several are
 * complete there, the longest counts. So the outcome does not depend on how the text came in
 * pieces. The stop string itself is not part of the text. One instance serves one text.
 *
 * <p>Each stop string has its Knuth-Morris-Pratt automaton: its state is the length of the longest
 * start of the stop string that the text ends with, so the longest state is what must be held back.
 */
public final class StopStrings {
  private final String[] stops;

  /**
   * For each stop string and each length of a match: the longest shorter match that it ends with.
   */
  private final int[][] shorter;

  private final int[] states;
  private final StringBuilder held = new StringBuilder();
  private boolean found;

  /**
   * A matcher at the start of a text.
   *
   * @param stops the stop strings; none lets the text through
   * @throws EngineException {@code INVALID_ARGUMENT} for an empty string or one with a lone
   *     surrogate
   */
  public StopStrings(List<String> stops) {
    this.stops = stops.toArray(String[]::new);
    this.shorter = new int[this.stops.length][];
    this.states = new int[this.stops.length];
    for (int i = 0; i < this.stops.length; i++) {
      check(this.stops[i]);
      shorter[i] = shorterMatches(this.stops[i]);
    }
  }

  /**
   * Adds a piece of the text.
   *
   * @return what is now certain to be part of the text, maybe empty; never half a surrogate pair
   * @throws IllegalStateException once a stop string was found
   */
  public String feed(String piece) {
    if (found) {
      throw new IllegalStateException("the text has ended at a stop string");
    }
    for (int i = 0; i < piece.length(); i++) {
      char unit = piece.charAt(i);
      held.append(unit);
      int complete = advance(unit);
      if (complete > 0) {
        found = true;
        held.setLength(held.length() - complete);
        return release(held.length());
      }
    }
    int free = held.length() - longestState();
    if (free > 0 && Character.isHighSurrogate(held.charAt(free - 1))) {
      free--;
    }
    return release(free);
  }

  /** Whether a stop string ended the text. */
  public boolean found() {
    return found;
  }

  /** What was held back, now that the text has ended without a stop string. */
  public String finish() {
    return release(held.length());
  }

  /** Moves every automaton on; returns the length of the longest stop string that is complete. */
  private int advance(char unit) {
    int complete = 0;
    for (int i = 0; i < stops.length; i++) {
      String stop = stops[i];
      int state = states[i];
      while (state > 0 && stop.charAt(state) != unit) {
        state = shorter[i][state];
      }
      if (stop.charAt(state) == unit) {
        state++;
      }
      states[i] = state;
      if (state == stop.length()) {
        complete = Math.max(complete, state);
      }
    }
    return complete;
  }

  private int longestState() {
    int longest = 0;
    for (int state : states) {
      longest = Math.max(longest, state);
    }
    return longest;
  }

  private String release(int count) {
    String text = held.substring(0, count);
    held.delete(0, count);
    return text;
  }

  private static int[] shorterMatches(String stop) {
    int[] shorter = new int[stop.length() + 1];
    int state = 0;
    for (int i = 1; i < stop.length(); i++) {
      while (state > 0 && stop.charAt(state) != stop.charAt(i)) {
        state = shorter[state];
      }
      if (stop.charAt(state) == stop.charAt(i)) {
        state++;
      }
      shorter[i + 1] = state;
    }
    return shorter;
  }

  private static void check(String stop) {
    if (stop.isEmpty()) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, "a stop string is empty; leave it out or give it text");
    }
    for (int i = 0; i < stop.length(); i++) {
      char unit = stop.charAt(i);
      if (Character.isHighSurrogate(unit)
          && i + 1 < stop.length()
          && Character.isLowSurrogate(stop.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(unit)) {
        throw new EngineException(
            ErrorCode.INVALID_ARGUMENT,
            "a stop string has a lone surrogate at index "
                + i
                + ", which no text contains; give whole characters");
      }
    }
  }
}
