package ai.realm.bridge.calls;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What Node environments have taken up under ids that are not theirs alone, such as references to
 * stored models: to be given back when they end.
 */
final class Belongings {
  private final Map<Long, List<Integer>> byEnvironment = new HashMap<>();
  private final Set<Long> ended = new HashSet<>();

  /**
   * Notes that an environment has taken up {@code id}, once more if it has already.
   *
   * @throws EngineException {@code ABORTED} if the environment has ended meanwhile
   */
  synchronized void add(long environment, int id) {
    if (ended.contains(environment)) {
      throw new EngineException(
          ErrorCode.ABORTED, "the thread that asked for it has ended, so nobody can hold it");
    }
    byEnvironment.computeIfAbsent(environment, _ -> new ArrayList<>()).add(id);
  }

  /** Forgets that an environment has taken up {@code id}, once; false if it has not. */
  synchronized boolean remove(long environment, int id) {
    List<Integer> ids = byEnvironment.get(environment);
    return ids != null && ids.remove((Object) id);
  }

  /** Forgets all of an environment that has ended, and takes up no more of it. */
  synchronized List<Integer> removeAll(long environment) {
    ended.add(environment);
    List<Integer> all = byEnvironment.remove(environment);
    return all == null ? List.of() : all;
  }
}
