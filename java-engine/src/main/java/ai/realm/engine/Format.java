package ai.realm.engine;

import ai.realm.constraint.Grammar;
import ai.realm.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a text must be like.
 *
 * @param source the grammar that it meets
 * @param closeAtLimit whether a text that comes near its most tokens is brought to an end, so that
 *     it meets the grammar all the same; else it is cut off
 */
public record Format(Grammar.Source source, boolean closeAtLimit) {
  /** Whether a text is held to anything. */
  boolean binds() {
    return !(source instanceof Grammar.Source.Free);
  }

  /** Whether a control token is a sign in its texts, and shown. */
  boolean shows(int token, Tokenizer tokenizer) {
    return switch (source) {
      case Grammar.Source.Turn turn -> true;
      case Grammar.Source.Free(List<String> signs) -> {
        String text = new String(tokenizer.bytes(token), StandardCharsets.UTF_8);
        yield signs.stream().anyMatch(sign -> sign.contains(text));
      }
      default -> false;
    };
  }
}
