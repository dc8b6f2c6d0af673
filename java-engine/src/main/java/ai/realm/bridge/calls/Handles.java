package ai.realm.bridge.calls;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What JavaScript holds in the engine, by ids that are positive and never used again. Each thing
 * belongs to the Node environment that it was opened for.
 */
final class Handles<T> {
  private record Held<T>(long environment, T thing) {}

  private final Map<Long, Held<T>> byId = new HashMap<>();
  private final Set<Long> endedEnvironments = new HashSet<>();
  private long lastId;

  /**
   * Takes up a thing; returns its id.
   *
   * @throws EngineException {@code ABORTED} if the environment has ended meanwhile
   */
  synchronized long add(long environment, T thing) {
    if (endedEnvironments.contains(environment)) {
      throw new EngineException(
          ErrorCode.ABORTED, "the thread that asked for it has ended, so nobody can hold it");
    }
    byId.put(++lastId, new Held<>(environment, thing));
    return lastId;
  }

  /** The thing with this id. */
  synchronized Optional<T> find(long id) {
    return Optional.ofNullable(byId.get(id)).map(Held::thing);
  }

  /** Takes out the thing with this id. */
  synchronized Optional<T> remove(long id) {
    return Optional.ofNullable(byId.remove(id)).map(Held::thing);
  }

  /** Takes out one of an environment's things that equals this one; false if it has none. */
  synchronized boolean removeOne(long environment, T thing) {
    Held<T> owned = new Held<>(environment, thing);
    return byId.values().remove(owned);
  }

  /** Takes out all things of an environment that has ended, and takes up no more of it. */
  synchronized List<T> removeAll(long environment) {
    endedEnvironments.add(environment);
    List<T> things = new ArrayList<>();
    byId.values().removeIf(held -> held.environment == environment && things.add(held.thing));
    return things;
  }

  /** How many things there are. */
  synchronized int size() {
    return byId.size();
  }

  /** Whether the id was given out, so that what it meant is gone if it is not found. */
  synchronized boolean gaveOut(long id) {
    return id >= 1 && id <= lastId;
  }
}
