package ai.realm.model.cache;

import static ai.realm.kernels.KvLayer.PAGE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which pages of a pool are known by the tokens up to their end: a sequence that begins with the
 * same ones has them too, and no copy. States are known only where one was kept, so that a sequence
 * can go on behind those alone. Safe for all threads, under the pool's lock.
 */
final class PrefixTree {
  /**
   * What a sequence takes over.
   *
   * @param count of pages
   * @param pages of each kind, {@code count} of them, which it holds now; null where its layers do
   *     not see them, and of states but for the last
   * @param end at which it ends now
   * @param alike pages in which the tokens are known, {@code count} or more: behind the last of
   *     them, there was no state to go on with
   */
  record Resumed(int count, Page[][] pages, Prefix end, int alike) {
    /** The {@code i}-th page of each kind. */
    Page[] at(int i) {
      return Arrays.stream(pages).map(kind -> kind[i]).toArray(Page[]::new);
    }
  }

  /** A state that a sequence holds now, and how many tokens of it lie before. */
  record Checkpoint(int length, Page page) {}

  private final PagePool pool;
  private final CacheShape shape;
  private final Map<Sharing, Prefix> roots = new HashMap<>();
  private long reused;

  PrefixTree(PagePool pool) {
    this.pool = pool;
    this.shape = pool.shape();
  }

  /** Tokens that sequences took over, since the start. */
  long reused() {
    synchronized (pool) {
      return reused;
    }
  }

  /** The prefix without tokens; empty for a sequence that shares with nobody. */
  Optional<Prefix> begin(Sharing sharing) {
    if (sharing instanceof Sharing.Nobody) {
      return Optional.empty();
    }
    synchronized (pool) {
      Prefix root = roots.computeIfAbsent(sharing, _ -> Prefix.none(shape.kinds()));
      root.addEnd();
      return Optional.of(root);
    }
  }

  /** One more sequence ends at a prefix. */
  void share(Prefix prefix) {
    synchronized (pool) {
      prefix.addEnd();
    }
  }

  /** A sequence leaves a prefix, at which it ended. */
  void end(Prefix prefix) {
    synchronized (pool) {
      prefix.removeEnd();
      prune(prefix);
    }
  }

  /** A sequence that ended at {@code from} ends at {@code to}. */
  void move(Prefix from, Prefix to) {
    synchronized (pool) {
      to.addEnd();
      end(from);
    }
  }

  /**
   * Makes a full page known. Where others have made the same one known, theirs takes its place: it
   * has the same bits.
   *
   * @param end at which the sequence ended
   * @param marks of the page
   * @param pages of each kind, null where the sequence has none; those of others replace them
   * @return at which it ends now
   */
  Prefix seal(Prefix end, int[] marks, Page[] pages) {
    synchronized (pool) {
      Prefix prefix = end.extended(marks);
      for (int kind = 0; kind < pages.length; kind++) {
        Page own = pages[kind];
        Page known = prefix.page(kind);
        if (own == null || own.equals(known)) {
          continue;
        }
        if (known != null) {
          pool.hold(known);
          pool.release(List.of(own));
          pages[kind] = known;
        } else if (own.prefix() == null) {
          prefix.setPage(kind, own);
          own.knownBy(prefix);
        }
      }
      move(end, prefix);
      return prefix;
    }
  }

  /**
   * Looks for the pages of tokens that follow a prefix, as many as there are: of a layer with a
   * window only those must be there that the next token sees, of states only the last.
   *
   * @param held pages up to {@code end}
   * @param marks of the tokens
   */
  Resumed resume(Prefix end, int held, int[] marks) {
    synchronized (pool) {
      List<Prefix> path = new ArrayList<>();
      Prefix at = end;
      int[] afterMissing = new int[shape.kinds()];
      int count = 0;
      for (int i = 0; (i + 1) * PAGE <= marks.length; i++) {
        int[] page = Arrays.copyOfRange(marks, i * PAGE, (i + 1) * PAGE);
        Optional<Prefix> next = at.longer(page);
        if (next.isEmpty()) {
          break;
        }
        at = next.get();
        path.add(at);
        boolean there = true;
        for (int kind = 0; kind < afterMissing.length; kind++) {
          if (at.page(kind) == null) {
            afterMissing[kind] = i + 1;
          }
          there &= firstSeen(kind, held, i + 1) >= afterMissing[kind];
        }
        count = there ? i + 1 : count;
      }
      Page[][] pages = new Page[shape.kinds()][count];
      if (count == 0) {
        return new Resumed(0, pages, end, path.size());
      }
      for (int kind = 0; kind < pages.length; kind++) {
        for (int i = firstSeen(kind, held, count); i < count; i++) {
          pages[kind][i] = path.get(i).page(kind);
          pool.hold(pages[kind][i]);
        }
      }
      reused += (long) count * PAGE;
      Prefix reached = path.get(count - 1);
      move(end, reached);
      return new Resumed(count, pages, reached, path.size());
    }
  }

  /**
   * Of the pages behind {@code held} others, the first that is needed to go on behind {@code count}
   * of them.
   */
  private int firstSeen(int kind, int held, int count) {
    if (kind == shape.states()) {
      return count - 1;
    }
    int position = (held + count) * PAGE;
    int behind = shape.groups().get(kind).behind();
    return Math.max(0, Math.max(0, position - behind) / PAGE - held);
  }

  /**
   * The last state that is known of a sequence, which holds it now.
   *
   * @param end at which the sequence ends
   * @param pages up to there
   * @param most tokens that may lie before the state
   */
  Optional<Checkpoint> checkpoint(Prefix end, int pages, int most) {
    synchronized (pool) {
      Prefix at = end;
      for (int count = pages; count > 0; count--, at = at.parent()) {
        Page page = at.page(shape.states());
        if (count * PAGE <= most && page != null) {
          pool.hold(page);
          return Optional.of(new Checkpoint(count * PAGE, page));
        }
      }
      return Optional.empty();
    }
  }

  /**
   * Forgets the state behind a prefix, unless others have it.
   *
   * @param holders the caller's own
   */
  void forgetState(Prefix prefix, int holders) {
    synchronized (pool) {
      Page page = prefix.page(shape.states());
      if (page != null && page.holders() <= holders) {
        forget(page);
      }
    }
  }

  /** Forgets a known page. */
  void forget(Page page) {
    synchronized (pool) {
      Prefix prefix = page.prefix();
      prefix.setPage(page.kind(), null);
      pool.forget(page);
      prune(prefix);
    }
  }

  void clear() {
    roots.clear();
  }

  /** Forgets a prefix that nothing needs, and those before it likewise. */
  private void prune(Prefix prefix) {
    Prefix bare = prefix;
    while (bare.isBare() && bare.parent() != null) {
      Prefix parent = bare.parent();
      bare.remove();
      bare = parent;
    }
    if (bare.isBare()) {
      roots.values().remove(bare);
    }
  }
}
