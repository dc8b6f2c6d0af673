package ai.realm.bridge.calls;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.json.Arguments;

/** The buffers that JavaScript fills with model files. */
final class ModelBuffers {
  private final Handles<ModelBuffer> held = new Handles<>();

  /** The id of a buffer in the arguments of a call. */
  static long idIn(Arguments args) {
    return args.integer("buffer", 1, Arguments.MAX_SAFE_INTEGER);
  }

  /**
   * Takes memory for {@code size} bytes; returns the buffer's id.
   *
   * @throws EngineException {@code OUT_OF_MEMORY}, or {@code ABORTED} as {@link Handles#add}
   */
  long open(long environment, long size) {
    ModelBuffer buffer = new ModelBuffer(size);
    try {
      return held.add(environment, buffer);
    } catch (Throwable failure) {
      buffer.release();
      throw failure;
    }
  }

  /**
   * The buffer with this id.
   *
   * @throws EngineException {@code NOT_FOUND}
   */
  ModelBuffer get(long id) {
    return held.find(id).orElseThrow(() -> missing(id));
  }

  /**
   * Forgets a buffer: it is freed as soon as nothing reads it.
   *
   * @throws EngineException {@code NOT_FOUND}
   */
  void release(long id) {
    held.remove(id).orElseThrow(() -> missing(id)).release();
  }

  /** Forgets a buffer that a model has read, if JavaScript has not released it meanwhile. */
  void loaded(long id) {
    held.remove(id).ifPresent(ModelBuffer::release);
  }

  /** Forgets all buffers of an environment that has ended. */
  void environmentEnded(long environment) {
    held.removeAll(environment).forEach(ModelBuffer::release);
  }

  private static EngineException missing(long id) {
    return new EngineException(
        ErrorCode.NOT_FOUND,
        "there is no buffer " + id + "; it was released, loaded, or never opened");
  }
}
