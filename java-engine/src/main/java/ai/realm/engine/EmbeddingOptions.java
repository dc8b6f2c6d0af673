package ai.realm.engine;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.model.net.Pooling;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How texts become vectors.
 *
 * @param pooling what becomes of the tokens' states; empty for what the model's file says
 * @param normalize whether each vector is brought to length 1
 * @param dimensions how many of a vector's first values are kept, before it is normalized, at least
 *     1 (Kusupati et al. 2022, Matryoshka representations); empty for all
 * @param truncate whether a text that is longer than the context is cut, or refused
 */
public record EmbeddingOptions(
    Optional<Pooling> pooling, boolean normalize, OptionalInt dimensions, boolean truncate) {

  /**
   * Checks that vectors of {@code width} values have that many dimensions.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}
   */
  public void checkDimensions(int width) {
    dimensions.ifPresent(asked -> {
      if (asked < 1 || asked > width) {
        throw new EngineException(
            ErrorCode.INVALID_ARGUMENT,
            "dimensions is %d; the model's vectors have %d values: give 1 to that"
                .formatted(asked, width));
      }
    });
  }
}
