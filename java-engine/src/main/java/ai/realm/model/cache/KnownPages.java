package ai.realm.model.cache;

import static ai.realm.kernels.KvLayer.PAGE;

import ai.realm.model.cache.PrefixTree.Checkpoint;
import ai.realm.model.cache.PrefixTree.Resumed;
import java.util.Optional;

/** The first pages of a sequence, all full, as far as others find them by its tokens. */
final class KnownPages {
  private final PrefixTree tree;

  /** Up to where; empty if it makes none known. */
  private Optional<Prefix> end;

  private int count;

  private KnownPages(PrefixTree tree, Optional<Prefix> end, int count) {
    this.tree = tree;
    this.end = end;
    this.count = count;
  }

  /** None as yet. */
  static KnownPages none(PrefixTree tree, Sharing sharing) {
    return new KnownPages(tree, tree.begin(sharing), 0);
  }

  /** Those of another sequence that begins alike. */
  KnownPages fork() {
    end.ifPresent(tree::share);
    return new KnownPages(tree, end, count);
  }

  /** Whether it makes pages known, or would. */
  boolean areShared() {
    return end.isPresent();
  }

  /** How many there are. */
  int count() {
    return count;
  }

  /** One more; see {@link PrefixTree#seal}. */
  void add(int[] marks, Page[] pages) {
    end = Optional.of(tree.seal(end.orElseThrow(), marks, pages));
    count++;
  }

  /** Takes over what others have of the tokens that follow; see {@link PrefixTree#resume}. */
  Resumed resume(int[] marks) {
    Resumed resumed = tree.resume(end.orElseThrow(), count, marks);
    end = Optional.of(resumed.end());
    count += resumed.count();
    return resumed;
  }

  /** The last state that is known of at most {@code most} tokens. */
  Optional<Checkpoint> checkpoint(int most) {
    return end.flatMap(prefix -> tree.checkpoint(prefix, count, most));
  }

  /** The state behind {@code length} tokens is not to be found any more, unless others have it. */
  void forgetState(int length, int holders) {
    if (length <= count * PAGE) {
      end.ifPresent(prefix -> tree.forgetState(before(prefix, length / PAGE), holders));
    }
  }

  /** Has no more than {@code most}. */
  void retreat(int most) {
    if (end.isPresent() && most < count) {
      Prefix shorter = before(end.get(), most);
      tree.move(end.get(), shorter);
      end = Optional.of(shorter);
      count = most;
    }
  }

  private Prefix before(Prefix prefix, int pages) {
    Prefix at = prefix;
    for (int i = count; i > pages; i--) {
      at = at.parent();
    }
    return at;
  }

  /** From now on it makes none known. */
  void leave() {
    end.ifPresent(tree::end);
    end = Optional.empty();
    count = 0;
  }
}
