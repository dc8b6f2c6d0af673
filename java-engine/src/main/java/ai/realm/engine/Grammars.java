package ai.realm.engine;

import ai.realm.constraint.Grammar;
import ai.realm.constraint.TokenTrie;
import ai.realm.tokenizer.Tokenizer;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;

/** The grammars that texts of one model had lately, compiled for its vocabulary. */
final class Grammars {
  /** Each keeps some megabytes of what it found out. */
  private static final int MOST_KEPT = 32;

  private final Tokenizer tokenizer;
  private final Cache<Grammar.Source, Grammar> compiled =
      Caffeine.newBuilder().maximumSize(MOST_KEPT).build();
  private TokenTrie trie;

  Grammars(Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * A grammar, compiled now unless it is there.
   *
   * @throws ai.realm.error.EngineException as {@link Grammar#compile}
   */
  Grammar of(Grammar.Source source) {
    return compiled.get(source, key -> Grammar.compile(key, trie()));
  }

  /** The vocabulary's tree, made when the first text asks: it takes a while. */
  private synchronized TokenTrie trie() {
    if (trie == null) {
      trie = new TokenTrie(tokenizer);
    }
    return trie;
  }
}
