package ai.realm.tokenizer;

import ai.realm.gguf.GgufMetadata;
import ai.realm.gguf.GgufStrings;
import java.util.Arrays;
import java.util.Optional;

/** Whether the ids of one model's tokens mean the same to another. */
public final class VocabularyComparison {
  private VocabularyComparison() {}

  /**
   * What differs first between two vocabularies, for people; empty if they are the same: in kind,
   * tokens, their types, and merges. At its end one may have tokens more that have no use, as files
   * are filled up to a size.
   *
   * @param model metadata of a file with a vocabulary
   * @param other the same
   */
  public static Optional<String> difference(GgufMetadata model, GgufMetadata other) {
    return kinds(model, other).or(() -> tokens(model, other)).or(() -> merges(model, other));
  }

  private static Optional<String> kinds(GgufMetadata model, GgufMetadata other) {
    String kind = model.string("tokenizer.ggml.model", "");
    String otherKind = other.string("tokenizer.ggml.model", "");
    return kind.equals(otherKind)
        ? Optional.empty()
        : Optional.of(
            "the tokenizer is of the kind '%s', that of the model '%s'".formatted(otherKind, kind));
  }

  private static Optional<String> tokens(GgufMetadata model, GgufMetadata other) {
    Vocabulary all = Vocabulary.read(model);
    Vocabulary others = Vocabulary.read(other);
    int common = Math.min(all.size(), others.size());
    for (int id = 0; id < common; id++) {
      if (!Arrays.equals(all.utf8(id), others.utf8(id))) {
        return Optional.of(
            "token %d is '%s', that of the model '%s'"
                .formatted(id, others.text(id), all.text(id)));
      }
      if (all.type(id) != others.type(id)) {
        return Optional.of(
            "token %d ('%s') is of the type %s, that of the model %s"
                .formatted(id, all.text(id), others.type(id), all.type(id)));
      }
    }
    Vocabulary longer = all.size() > common ? all : others;
    for (int id = common; id < longer.size(); id++) {
      if (longer.type(id) != TokenType.UNUSED) {
        return Optional.of(
            "there are %d tokens, and %d of the model".formatted(others.size(), all.size()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> merges(GgufMetadata model, GgufMetadata other) {
    GgufStrings all = model.strings("tokenizer.ggml.merges");
    GgufStrings others = other.strings("tokenizer.ggml.merges");
    int count = all == null ? 0 : all.size();
    int otherCount = others == null ? 0 : others.size();
    if (count != otherCount) {
      return Optional.of("there are %d merges, and %d of the model".formatted(otherCount, count));
    }
    for (int rank = 0; rank < count; rank++) {
      boolean same =
          Arrays.equals(
              all.bytes(),
              all.start(rank),
              all.end(rank),
              others.bytes(),
              others.start(rank),
              others.end(rank));
      if (!same) {
        return Optional.of(
            "merge %d is '%s', that of the model '%s'"
                .formatted(rank, others.get(rank), all.get(rank)));
      }
    }
    return Optional.empty();
  }
}
