package ai.realm.bridge.calls;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.json.Arguments;
import java.util.List;

/** The models that JavaScript holds. */
final class OpenModels {
  private final Handles<OpenModel> held = new Handles<>();

  /** The id of a model in the arguments of a call. */
  static long idIn(Arguments args) {
    return args.integer("model", 1, Arguments.MAX_SAFE_INTEGER);
  }

  /**
   * Takes a model up; returns its id.
   *
   * @throws EngineException {@code ABORTED} as {@link Handles#add}
   */
  long add(long environment, OpenModel model) {
    return held.add(environment, model);
  }

  /**
   * The model with this id.
   *
   * @throws EngineException {@code DISPOSED} if it was removed, {@code MODEL_NOT_FOUND} if the id
   *     was never given out
   */
  OpenModel get(long id) {
    return held.find(id).orElseThrow(() -> missing(id));
  }

  /**
   * Takes a model out: from now on its id is refused.
   *
   * @throws EngineException as {@link #get}
   */
  OpenModel remove(long id) {
    return held.remove(id).orElseThrow(() -> missing(id));
  }

  /** Takes out all models of an environment that has ended. */
  List<OpenModel> environmentEnded(long environment) {
    return held.removeAll(environment);
  }

  private EngineException missing(long id) {
    return held.gaveOut(id)
        ? new EngineException(
            ErrorCode.DISPOSED, "the model " + id + " was disposed; load it again to use it")
        : new EngineException(
            ErrorCode.MODEL_NOT_FOUND, "there is no model " + id + "; load one first");
  }
}
