package ai.realm.bridge.addon;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.HashMap;
import java.util.Map;

/** The buffers that JavaScript fills, by ids that are positive and never used again. */
final class ModelBuffers {
  private final Map<Long, ModelBuffer> byId = new HashMap<>();
  private long lastId;

  /**
   * Takes memory for {@code size} bytes; returns its id.
   *
   * @throws EngineException {@code OUT_OF_MEMORY}
   */
  synchronized long open(long size) {
    ModelBuffer buffer = new ModelBuffer(size);
    byId.put(++lastId, buffer);
    return lastId;
  }

  /**
   * The buffer with this id.
   *
   * @throws EngineException {@code NOT_FOUND}
   */
  synchronized ModelBuffer get(long id) {
    ModelBuffer buffer = byId.get(id);
    if (buffer == null) {
      throw missing(id);
    }
    return buffer;
  }

  /** Forgets a buffer, which is freed as soon as nothing reads it; false if there is none. */
  synchronized boolean release(long id) {
    ModelBuffer buffer = byId.remove(id);
    if (buffer == null) {
      return false;
    }
    buffer.letGo();
    return true;
  }

  /** The error for an id that no buffer has. */
  static EngineException missing(long id) {
    return new EngineException(
        ErrorCode.NOT_FOUND,
        "there is no buffer " + id + "; it was released, loaded, or never opened");
  }
}
