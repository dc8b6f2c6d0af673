package ai.realm.model;

import ai.realm.model.cache.Sequence;
import java.util.Optional;

/**
 * A model that continues sequences of tokens: one instance serves every sequence; its weights are
 * read-only. Calls from several threads take turns; those on one {@link Sequence} must not overlap.
 */
public interface LanguageModel extends TextEncoder {

  /**
   * Bytes that a sequence of {@code length} tokens takes, if it came in steps as {@link
   * ai.realm.model.cache.CacheShape#STEP} says.
   */
  long sequenceBytes(int length);

  /**
   * Appends the rows of {@code batch} to their sequences: prompts, or tokens of texts, or both.
   *
   * @param batch whose sequences grow by their rows, or stay as they were if this call throws or is
   *     cancelled
   * @param logits receives {@link Batch#wanted()} rows of logits, in the order of the batch
   * @param cancellation asked between layers, on the calling thread
   * @return false if cancelled: then nothing has changed
   */
  boolean forward(Batch batch, float[] logits, Cancellation cancellation);

  /** The same pass, taken apart by layers; none where it cannot be. */
  Optional<LayerwiseModel> layerwise();
}
