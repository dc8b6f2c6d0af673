package ai.realm.engine;

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
    Optional<Pooling> pooling, boolean normalize, OptionalInt dimensions, boolean truncate) {}
