package ai.realm.engine;

import java.util.List;

/**
 * Hears of the end of {@link Choices}, once, and when all of them have ended; it must neither wait
 * nor throw. Each result counts the prompt as its own: what others of them computed is cached.
 */
public interface ChoicesListener {

  /** All have ended by themselves. */
  void finished(List<GenerationResult> results);

  /** They were cancelled; {@code results} are what they gave until then. */
  void aborted(List<GenerationResult> results);

  /** One of them failed, the first to do so with this, and the others were cancelled. */
  void failed(Throwable failure);
}
