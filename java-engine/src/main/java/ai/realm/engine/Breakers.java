package ai.realm.engine;

import ai.realm.sampling.DryBreakers;
import ai.realm.tokenizer.Tokenizer;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.List;

/** The texts that break repetitions in texts of one model, lately, as tokens of its vocabulary. */
final class Breakers {
  private static final int MOST_KEPT = 8;

  private final Tokenizer tokenizer;
  private final Cache<List<String>, DryBreakers> found =
      Caffeine.newBuilder().maximumSize(MOST_KEPT).build();

  Breakers(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** The tokens of such texts; the first time, each token of the vocabulary is looked at. */
  DryBreakers of(List<String> texts) {
    return found.get(texts, key -> new DryBreakers(key, tokenizer));
  }
}
