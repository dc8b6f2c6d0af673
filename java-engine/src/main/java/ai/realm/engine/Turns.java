package ai.realm.engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/**
 * Whose turn it is: the tenant's that had the fewest rows; of its work that of the highest
 * priority, where each second of waiting counts as one more, so that none starves; and of equals
 * the one that came first. For one thread.
 */
final class Turns {
  private static final double SECOND = 1e9;

  /** Rows that each tenant had since it came. */
  private final Map<Object, Long> served = new HashMap<>();

  /** Notes rows that a work had in a step. */
  void served(Work work, int rows) {
    served.merge(work.claim().tenant(), (long) rows, Long::sum);
  }

  /** Tells tenants who had no work until now from those who have some, and forgets who has none. */
  void note(Collection<Object> tenants) {
    served.keySet().retainAll(tenants);
    // Who comes has no credit for the time before.
    long least = served.values().stream().mapToLong(Long::longValue).min().orElse(0);
    tenants.forEach(tenant -> served.putIfAbsent(tenant, least));
  }

  /** The order of turns at a time in ns; all tenants are noted. */
  Comparator<Work> at(long now) {
    Comparator<Work> byTenant = Comparator.comparingLong(work -> served.get(work.claim().tenant()));
    return byTenant
        .thenComparing(Comparator.<Work>comparingDouble(work -> urgency(work, now)).reversed())
        .thenComparingLong(Work::turn);
  }

  private static double urgency(Work work, long now) {
    return work.claim().priority() + (now - work.waitsSince()) / SECOND;
  }
}
