package ai.realm.bridge.addon;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.HashMap;
import java.util.Map;

/** The models that JavaScript holds, by ids that are positive and never used again. */
final class OpenModels {
  private final Map<Long, OpenModel> byId = new HashMap<>();
  private long lastId;

  /** Takes a model up; returns its id. */
  synchronized long add(OpenModel model) {
    byId.put(++lastId, model);
    return lastId;
  }

  /**
   * The model with this id.
   *
   * @throws EngineException {@code DISPOSED} if it was removed, {@code MODEL_NOT_FOUND} if the id
   *     was never given out
   */
  synchronized OpenModel get(long id) {
    OpenModel model = byId.get(id);
    if (model == null) {
      throw missing(id);
    }
    return model;
  }

  /**
   * Takes a model out: from now on its id is refused.
   *
   * @throws EngineException as {@link #get}
   */
  synchronized OpenModel remove(long id) {
    OpenModel model = byId.remove(id);
    if (model == null) {
      throw missing(id);
    }
    return model;
  }

  private EngineException missing(long id) {
    return id >= 1 && id <= lastId
        ? new EngineException(
            ErrorCode.DISPOSED, "the model " + id + " was disposed; load it again to use it")
        : new EngineException(
            ErrorCode.MODEL_NOT_FOUND, "there is no model " + id + "; load one first");
  }
}
