package ai.realm.model;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Set;
import java.util.stream.Stream;

/** The threads of this process at some time, to tell those that come later from. */
record RealmThreads(Set<Thread> known) {
  private static final long PATIENCE_MILLIS = 60_000;

  static RealmThreads running() {
    return new RealmThreads(Thread.getAllStackTraces().keySet());
  }

  private Stream<Thread> others() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("realm-") && !known.contains(thread));
  }

  /** How many of the engine's threads with this beginning of a name have come. */
  long othersNamed(String prefix) {
    return others().filter(thread -> thread.getName().startsWith(prefix)).count();
  }

  /** Waits for the end of all threads of the engine that have come. */
  void assertNoOthersGoOn() {
    others()
        .forEach(thread -> {
          try {
            thread.join(PATIENCE_MILLIS);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          assertFalse(thread.isAlive(), thread.getName() + " goes on");
        });
  }
}
