package ai.realm.engine;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Who waits where the cache has no pages: what rests, or else the youngest work, gives its own back
 * for the oldest that lacks some, and waits until other work has ended. So the oldest always goes
 * on, and none waits for ever. For one thread.
 */
final class Preemption {
  private final Tally tally;

  /** Those that gave their pages back, until others have ended or nothing else can run. */
  private final List<Work> waiting = new ArrayList<>();

  /** The oldest that had no pages for its rows in this step, or in the last one. */
  private Optional<Work> lacking = Optional.empty();

  Preemption(Tally tally) {
    this.tally = tally;
  }

  /** Whether work gave its pages back, and is to wait. */
  boolean holdsBack(Work work) {
    return waiting.contains(work);
  }

  /** Notes that there were no pages for the next rows of some work. */
  void lacks(Work work) {
    if (lacking.isEmpty() || work.age() < lacking.get().age()) {
      lacking = Optional.of(work);
    }
  }

  /** Notes that some work has ended: its pages are free. */
  void workEnded() {
    waiting.clear();
  }

  /**
   * Before a step: makes room for the work that lacked pages in the last one. What rests has the
   * least use for its own.
   */
  void makeRoom(List<Work> running, Resting resting) {
    if (lacking.isPresent() && !lacking.get().ended()) {
      Optional<Work> holder = holder(resting);
      Optional<Work> youngest = youngestHolder(running, lacking.get());
      if (holder.isPresent()) {
        holder.get().givePagesBack();
        tally.countPreemption();
      } else if (youngest.isPresent()) {
        youngest.get().givePagesBack();
        waiting.add(youngest.get());
        tally.countPreemption();
      }
    }
    lacking = Optional.empty();
  }

  /**
   * Nothing could run in a step: what lacks pages goes on once younger work has given its own back.
   * Returns the work that lacks them where there is none to wait for.
   */
  Optional<Work> stuck(List<Work> running, Resting resting) {
    if (lacking.isEmpty()) {
      waiting.clear();
      return Optional.empty();
    }
    boolean some =
        holder(resting).isPresent() || youngestHolder(running, lacking.get()).isPresent();
    return some ? Optional.empty() : lacking;
  }

  private static Optional<Work> holder(Resting resting) {
    return resting.stream().filter(work -> !work.ended() && work.holdsPages()).findFirst();
  }

  private static Optional<Work> youngestHolder(List<Work> running, Work than) {
    return running.stream()
        .filter(work -> !work.ended() && work.age() > than.age() && work.holdsPages())
        .max(Comparator.comparingLong(Work::age));
  }
}
