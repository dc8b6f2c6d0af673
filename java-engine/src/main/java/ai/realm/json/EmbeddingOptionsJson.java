package ai.realm.json;

import ai.realm.engine.EmbeddingOptions;
import ai.realm.model.net.Pooling;
import java.util.Optional;

/** How texts become vectors, as JSON. */
public final class EmbeddingOptionsJson {
  private EmbeddingOptionsJson() {}

  /**
   * Reads {@code pooling}, {@code normalize} (by default true), {@code dimensions} and {@code
   * truncate} (by default false). Each may be absent. Other fields are left for the caller.
   *
   * @throws ai.realm.error.EngineException {@code INVALID_ARGUMENT}, naming the field
   */
  public static EmbeddingOptions read(Arguments args) {
    return new EmbeddingOptions(
        args.has("pooling") ? Optional.of(Pooling.named(args.text("pooling"))) : Optional.empty(),
        args.optionalFlag("normalize", true),
        args.optionalInteger("dimensions", 1, Integer.MAX_VALUE),
        args.optionalFlag("truncate", false));
  }
}
