package ai.realm.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Texts that have left the steps because their reader is behind: their places are for others, and
 * so are their pages where these are needed. Once the reader has caught up, they wait for a place
 * in the line. For one thread.
 */
final class Resting {
  private final Line line;

  /** Those whose reader is behind. */
  private final List<Work> behind = new ArrayList<>();

  /** Those in the line again, which still may hold pages. */
  private final List<Work> returning = new ArrayList<>();

  Resting(Line line) {
    this.line = line;
  }

  /** Whether there are none. */
  boolean isEmpty() {
    return behind.isEmpty() && returning.isEmpty();
  }

  /** All of them. */
  Stream<Work> stream() {
    return Stream.concat(behind.stream(), returning.stream());
  }

  /** Lets those of the running go whose reader is behind, and those return whose has caught up. */
  void part(List<Work> running) {
    for (Work work : List.copyOf(behind)) {
      if (!work.ended() && !work.readerIsBehind()) {
        behind.remove(work);
        returning.add(work);
        line.rejoin(work);
      }
    }
    for (Work work : List.copyOf(running)) {
      if (!work.ended() && work.readerIsBehind()) {
        running.remove(work);
        behind.add(work);
        work.leavePlace();
        line.placeLeft();
      }
    }
  }

  /** Forgets those that have ended, or have a place again. */
  void forget() {
    int before = behind.size();
    behind.removeIf(Work::ended);
    line.pausedEnded(before - behind.size());
    returning.removeIf(work -> work.ended() || work.hasPlace());
  }

  /** Hands out those that are not in the line, which itself looks after its own. */
  void eachBehind(Consumer<Work> action) {
    behind.stream().filter(work -> !work.ended()).forEach(action);
  }

  /** In how many ns the first of those that are not in the line is late, if one will be. */
  long untilLate(long now) {
    return behind.stream()
        .filter(work -> work.claim().deadlineMs().isPresent())
        .mapToLong(work -> 1_000_000 * (1 - work.late(now)))
        .min()
        .orElse(Long.MAX_VALUE);
  }
}
