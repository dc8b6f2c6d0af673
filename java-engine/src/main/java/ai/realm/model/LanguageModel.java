package ai.realm.model;

import ai.realm.model.cache.PagePool;
import ai.realm.model.cache.Sequence;
import ai.realm.model.cache.Sharing;
import java.util.Optional;

/**
 * A model that continues sequences of tokens: one instance serves every sequence; its weights are
 * read-only. Calls from several threads take turns; those on one {@link Sequence} must not overlap.
 */
public interface LanguageModel extends TextEncoder {

  /**
   * An empty sequence of at most {@code capacity} tokens, as {@link #newSequence(int)}, which has
   * pages in common with others.
   */
  Sequence newSequence(int capacity, Sharing sharing);

  /** The pages of its sequences. */
  PagePool pages();

  /**
   * Bytes that a sequence of {@code length} tokens takes, if it came in steps as {@link
   * ai.realm.model.cache.CacheShape#STEP} says.
   */
  long sequenceBytes(int length);

  /** What guesses how its sequences go on; none in most files. */
  default Optional<Guessing> guessing() {
    return Optional.empty();
  }

  /** Its forward pass, taken apart by layers; none where it cannot be. */
  Optional<LayerwiseModel> layerwise();
}
