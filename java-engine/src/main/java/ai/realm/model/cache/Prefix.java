package ai.realm.model.cache;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The tokens of a sequence from its start to the end of a page, as a node of a tree (Zheng et al.
 * 2024, RadixAttention): its parent has those up to the page before. Tokens are compared, never
 * hashes alone, so that nothing is found but what was asked for. Used under the pool's lock.
 */
final class Prefix {
  /** The marks of a page's positions; see {@link History}. */
  private record Marks(int[] values) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Marks(int[] others) && Arrays.equals(values, others);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }

  private final Prefix parent;
  private final Marks last;
  private final Map<Marks, Prefix> longer = new HashMap<>();
  private final Page[] pages;

  /** Sequences whose last full page this is. */
  private int ends;

  private Prefix(Prefix parent, Marks last, int kinds) {
    this.parent = parent;
    this.last = last;
    this.pages = new Page[kinds];
  }

  /** No tokens. */
  static Prefix none(int kinds) {
    return new Prefix(null, null, kinds);
  }

  /** This one without its last page. */
  Prefix parent() {
    return parent;
  }

  /** This one and the tokens of a page more, if that is known. */
  Optional<Prefix> longer(int[] marks) {
    return Optional.ofNullable(longer.get(new Marks(marks)));
  }

  /** The same, which is known from now on. */
  Prefix extended(int[] marks) {
    return longer.computeIfAbsent(new Marks(marks), key -> new Prefix(this, key, pages.length));
  }

  /**
   * Of a group the page of the last positions, of states the one behind its last token; null where
   * there is none.
   */
  Page page(int kind) {
    return pages[kind];
  }

  void setPage(int kind, Page page) {
    pages[kind] = page;
  }

  void addEnd() {
    ends++;
  }

  void removeEnd() {
    ends--;
  }

  /** Whether there is nothing that it is needed for. */
  boolean isBare() {
    return ends == 0 && longer.isEmpty() && Arrays.stream(pages).allMatch(page -> page == null);
  }

  /** Takes it out of its parent. */
  void remove() {
    parent.longer.remove(last);
  }
}
