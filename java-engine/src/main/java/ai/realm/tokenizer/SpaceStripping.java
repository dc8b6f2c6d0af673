package ai.realm.tokenizer;

import ai.realm.gguf.GgufMetadata;
import java.util.BitSet;
import java.util.Locale;

/**
 * Which special tokens swallow the white space beside them in a text. GGUF has no key for it, so it
 * follows from the model's name, as in llama.cpp.
 */
final class SpaceStripping {
  private final BitSet left = new BitSet();
  private final BitSet right = new BitSet();

  private SpaceStripping() {}

  /** The rules of the model that {@code metadata} describes. */
  static SpaceStripping of(GgufMetadata metadata, Vocabulary vocabulary) {
    SpaceStripping rules = new SpaceStripping();
    String name = metadata.string("general.name", "").toLowerCase(Locale.ROOT);
    String pre = metadata.string("tokenizer.ggml.pre", "");
    String architecture = metadata.string("general.architecture", "");
    if (pre.contains("jina-v2-de")
        || pre.contains("jina-v2-es")
        || pre.contains("jina-v2-code")
        || architecture.contains("nomic-bert-moe")
        || architecture.contains("jina-bert-v3")) {
      set(rules.left, vocabulary.find("<mask>"), true);
    } else if (name.contains("phi-3") || name.contains("phi3")) {
      for (int id = 0; id < vocabulary.size(); id++) {
        rules.right.set(id, vocabulary.type(id).isSpecial());
      }
      set(rules.right, vocabulary.find("</s>"), true);
      set(rules.right, vocabulary.find("<unk>"), false);
      set(rules.right, vocabulary.find("<s>"), false);
      set(rules.right, vocabulary.find("<|endoftext|>"), false);
    } else if (name.contains("modern-bert")) {
      set(rules.left, vocabulary.find("[MASK]"), true);
    }
    return rules;
  }

  /** Whether {@code id} swallows white space before it. */
  boolean left(int id) {
    return left.get(id);
  }

  /** Whether {@code id} swallows white space after it. */
  boolean right(int id) {
    return right.get(id);
  }

  private static void set(BitSet ids, int id, boolean value) {
    if (id >= 0) {
      ids.set(id, value);
    }
  }
}
