package ai.realm.bridge.calls;

import ai.realm.host.Host;
import ai.realm.json.Arguments;
import java.util.ArrayList;
import java.util.List;

/** The models that a guest is granted. */
final class GrantedModels {
  private GrantedModels() {}

  /**
   * Reads the field {@code models}: {@code {"loaded": id}} for a loaded one, which the host adopts,
   * {@code {"stored": id}} for one of the host's own.
   *
   * @return their ids in the host
   */
  static List<Integer> read(Arguments args, OpenModels models, Host host) {
    List<Integer> ids = new ArrayList<>();
    for (Arguments model : args.objects("models")) {
      ids.add(
          model.has("loaded")
              ? models.get(model.integer("loaded", 1, Arguments.MAX_SAFE_INTEGER)).adopt(host)
              : (int) model.integer("stored", 1, Integer.MAX_VALUE));
      model.end();
    }
    return ids;
  }
}
