package ai.realm.guest;

import ai.realm.host.Tenant;
import java.util.List;

/**
 * What an engine makes visible to a guest.
 *
 * @param tenant what the guest has and may take
 * @param models ids of the models that were granted to it, in the guest's order
 * @param prompts reads what its code wants to be continued
 * @param memoryBytes that its own memory may have
 */
public record GuestHost(
    Tenant tenant, List<Integer> models, GuestPrompts prompts, long memoryBytes) {
  /** Copies the list. */
  public GuestHost {
    models = List.copyOf(models);
  }
}
