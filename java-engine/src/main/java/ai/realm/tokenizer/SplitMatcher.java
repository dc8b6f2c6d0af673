package ai.realm.tokenizer;

import ai.realm.tokenizer.SplitPattern.GroupsAhead;
import ai.realm.tokenizer.SplitPattern.Item;
import ai.realm.tokenizer.SplitPattern.NotAhead;
import ai.realm.tokenizer.SplitPattern.Repeated;
import ai.realm.tokenizer.SplitPattern.Run;
import java.util.Arrays;

/**
 * Applies a pattern to pieces of one text. What it costs grows with the text's length, not with the
 * square of it: a run of characters is measured once, however often the search for a match comes
 * upon it, and what failed to match behind a position is not tried again.
 */
final class SplitMatcher {
  private final SplitPattern pattern;
  private final int[] text;
  private int end;
  // By number of a run, in this piece. From runStarts up to runEnds there are characters of its
  // set, and none at runEnds.
  private final int[] runStarts;
  private final int[] runEnds;
  // From any of failedFrom to failedTo on, the rest of the alternative did not match, however many
  // characters the run took.
  private final int[] failedFrom;
  private final int[] failedTo;
  private long work;

  /** Of pieces of {@code text}, which are code points. */
  SplitMatcher(SplitPattern pattern, int[] text) {
    this.pattern = pattern;
    this.text = text;
    runStarts = new int[pattern.runs()];
    runEnds = new int[pattern.runs()];
    failedFrom = new int[pattern.runs()];
    failedTo = new int[pattern.runs()];
  }

  /** How many characters and items were looked at so far. */
  long work() {
    return work;
  }

  /**
   * Splits a piece of the text: each match is a piece, and so is what lies between two.
   *
   * @param start the piece's first
   * @param stop one past its last
   * @param ends receives where each new piece ends
   */
  void split(int start, int stop, IntList ends) {
    end = stop;
    Arrays.fill(runStarts, -1);
    Arrays.fill(runEnds, -1);
    Arrays.fill(failedFrom, -1);
    Arrays.fill(failedTo, -1);
    int done = start;
    int at = start;
    while (at < end) {
      int matched = first(pattern.alternatives(), at);
      if (matched >= 0) {
        // One of no length cuts the text, too.
        if (at > done) {
          ends.add(at);
        }
        if (matched > at) {
          ends.add(matched);
        }
        done = matched;
      }
      at = Math.max(matched, at + 1);
    }
    if (done < end) {
      ends.add(end);
    }
  }

  /** Where the first alternative that matches at {@code at} ends there, or -1. */
  private int first(Item[][] alternatives, int at) {
    for (Item[] items : alternatives) {
      int matched = match(items, 0, at);
      if (matched >= 0) {
        return matched;
      }
    }
    return -1;
  }

  private int match(Item[] items, int index, int at) {
    if (index == items.length) {
      return at;
    }
    work++;
    // No switch over the types: in a cold JVM its bootstrap takes longer than a prompt's tokens.
    Item item = items[index];
    if (item instanceof Run run) {
      return run.max() == Integer.MAX_VALUE ? run(items, index, at) : few(items, index, at);
    }
    if (item instanceof NotAhead(CharacterSet set)) {
      return at < end && set.contains(text[at]) ? -1 : match(items, index + 1, at);
    }
    if (item instanceof Repeated repeated) {
      return repeated(repeated, at);
    }
    boolean holds = item instanceof GroupsAhead groups ? ahead(groups, at) : at == end;
    return holds ? match(items, index + 1, at) : -1;
  }

  /** A run of a bounded length and what follows it. */
  private int few(Item[] items, int index, int at) {
    Run run = (Run) items[index];
    int most = at;
    int limit = run.max() < end - at ? at + run.max() : end;
    while (most < limit && run.set().contains(text[most])) {
      most++;
    }
    work += most - at;
    for (int next = most; next >= at + run.min(); next--) {
      int matched = match(items, index + 1, next);
      if (matched >= 0) {
        return matched;
      }
    }
    return -1;
  }

  /** A run of any length and what follows it. */
  private int run(Item[] items, int index, int at) {
    Run run = (Run) items[index];
    int number = run.number();
    int most = runEnd(run.set(), number, at);
    int next = most;
    if (failedTo[number] == most) {
      next = Math.min(next, failedFrom[number] - 1);
    }
    for (; next >= at + run.min(); next--) {
      int matched = match(items, index + 1, next);
      if (matched >= 0) {
        return matched;
      }
    }
    failedFrom[number] =
        failedTo[number] == most ? Math.min(failedFrom[number], at + run.min()) : at + run.min();
    failedTo[number] = most;
    return -1;
  }

  /** One past the last of the characters of {@code set} that begin at {@code at}. */
  private int runEnd(CharacterSet set, int number, int at) {
    if (at >= runStarts[number] && at < runEnds[number]) {
      return runEnds[number];
    }
    int most = at;
    while (most < end && set.contains(text[most])) {
      most++;
      if (most == runStarts[number]) {
        most = runEnds[number];
        break;
      }
      work++;
    }
    runStarts[number] = at;
    runEnds[number] = most;
    return most;
  }

  private boolean ahead(GroupsAhead groups, int at) {
    int after = runEnd(groups.set(), groups.number(), at);
    int length = after - at;
    return length % groups.size() == 0
        && length >= groups.least() * groups.size()
        && !(after < end && groups.after().contains(text[after]));
  }

  private int repeated(Repeated repeated, int at) {
    int done = at;
    for (int times = 0; times < repeated.max(); times++) {
      int next = first(repeated.choices(), done);
      if (next <= done) {
        break;
      }
      done = next;
    }
    return done;
  }
}
