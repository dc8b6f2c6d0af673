package ai.realm.model.cache;

import static ai.realm.kernels.KvLayer.PAGE;

import ai.realm.model.cache.PrefixTree.Checkpoint;
import ai.realm.model.cache.PrefixTree.Resumed;
import java.util.Arrays;
import java.util.Optional;

/** The first pages of a sequence, all full, as far as others find them by its tokens. */
final class KnownPages {
  private final PrefixTree tree;
  private final History history;
  private final LayerPages kept;

  /** Up to where; empty if it makes none known. */
  private Optional<Prefix> end;

  private int count;

  /**
   * Behind how many tokens it made a state known last, which it will take back when it makes the
   * next one known; or 0.
   */
  private int passing;

  private KnownPages(
      PrefixTree tree, History history, LayerPages kept, Optional<Prefix> end, int count) {
    this.tree = tree;
    this.history = history;
    this.kept = kept;
    this.end = end;
    this.count = count;
  }

  /**
   * None as yet.
   *
   * @param history the sequence's tokens
   * @param kept its pages
   */
  static KnownPages none(History history, LayerPages kept, Sharing sharing) {
    PrefixTree tree = kept.pool().prefixes();
    return new KnownPages(tree, history, kept, tree.begin(sharing), 0);
  }

  /** Those of another sequence that begins alike. */
  KnownPages fork(History history, LayerPages kept) {
    passing = 0; // It is of use for two.
    end.ifPresent(tree::share);
    return new KnownPages(tree, history, kept, end, count);
  }

  /** Whether it makes pages known, or would. */
  boolean areShared() {
    return end.isPresent();
  }

  /**
   * Takes over what others have of the tokens that follow what is computed; see {@link
   * PrefixTree#resume}.
   *
   * @param marks of the tokens
   * @return how many tokens are taken over
   */
  int resume(int[] marks) {
    int first = count;
    int position = first * PAGE;
    if (!areShared() || kept.spans().length() != position || !history.agrees(position, marks)) {
      return 0;
    }
    Resumed resumed = tree.resume(end.orElseThrow(), first, marks);
    end = Optional.of(resumed.end());
    count += resumed.count();
    if (kept.shape().hasStates() && resumed.alike() > resumed.count()) {
      kept.states().setBranch((first + resumed.alike()) * PAGE);
    }
    if (resumed.count() == 0) {
      return 0;
    }
    kept.append(first, resumed);
    int tokens = resumed.count() * PAGE;
    history.add(Arrays.copyOf(marks, tokens), Math.min(tokens, history.length() - position));
    passing = 0;
    return tokens;
  }

  /** Makes the pages known that are full, of the tokens of which all is computed. */
  void addFull() {
    while (areShared() && (count + 1) * PAGE <= kept.spans().length()) {
      addNext();
    }
  }

  private void addNext() {
    StatePages states = kept.states();
    int from = count * PAGE;
    int next = from + PAGE;
    Page[] full = kept.at(count);
    end = Optional.of(tree.seal(end.orElseThrow(), history.marks(from, next), full));
    kept.put(count, full);
    count++;
    if (kept.shape().hasStates() && states.get(next) != null) {
      // The one before was for those that would go on behind it, as a prompt's last one is.
      if (passing > 0 && !states.lasts(passing) && wentAlike(passing - 1, next - 1)) {
        forgetState(passing, states.get(passing) == null ? 0 : 1);
      }
      passing = states.lasts(next) ? 0 : next;
    }
  }

  private boolean wentAlike(int position, int other) {
    return History.rows(history.mark(position)) == History.rows(history.mark(other));
  }

  /** The last state that is known of at most {@code most} tokens. */
  Optional<Checkpoint> checkpoint(int most) {
    return end.flatMap(prefix -> tree.checkpoint(prefix, count, most));
  }

  /** The state behind {@code length} tokens is not to be found any more, unless others have it. */
  private void forgetState(int length, int holders) {
    if (length <= count * PAGE) {
      end.ifPresent(prefix -> tree.forgetState(before(prefix, length / PAGE), holders));
    }
  }

  /** Has none that end behind {@code length} tokens. */
  void retreat(int length) {
    passing = passing > length ? 0 : passing;
    int most = length / PAGE;
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
