package ai.realm.model.arch;

import ai.realm.model.net.Network;

/** How the files of one architecture are read: into a network of the parts of {@code model.net}. */
public interface Architecture {
  /**
   * The network of a file.
   *
   * @throws ai.realm.error.EngineException {@code MODEL_INVALID} or {@code
   *     UNSUPPORTED_ARCHITECTURE}, naming the key or tensor
   */
  Network network(Hyperparameters h, WeightSource w);
}
