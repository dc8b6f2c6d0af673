package ai.realm.host;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.List;

/**
 * What a guest may use. What is not granted is to it as if it did not exist.
 *
 * @param models ids of the app's models, which the guest has under the same ids
 * @param maxTokens tokens that it may generate in all, whether by {@code realm_generate} or by
 *     logits of its own forward passes, of which each is one token; 0 or more
 * @param maxSessions sessions that it may have open at a time; 0 or more
 * @param maxBytes of the host's memory that it may take at a time, for models that it stores and
 *     for the KV caches of its sessions and generations; 0 or more
 */
public record Grants(List<Integer> models, long maxTokens, int maxSessions, long maxBytes) {

  /** Checks that no number is negative. */
  public Grants {
    models = List.copyOf(models);
    check("maxTokens", maxTokens);
    check("maxSessions", maxSessions);
    check("maxBytes", maxBytes);
  }

  /** No limit, and no model beforehand: for the app itself. */
  public static Grants unlimited() {
    return new Grants(List.of(), Long.MAX_VALUE, Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  private static void check(String grant, long value) {
    if (value < 0) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, grant + " is " + value + "; it must be 0 or more");
    }
  }
}
