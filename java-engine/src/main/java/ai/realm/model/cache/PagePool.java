package ai.realm.model.cache;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.KvLayer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The pages of all sequences of a model, within one budget of bytes. A full page is known by the
 * tokens up to its end: a sequence that begins with the same ones has it too, and no copy. Pages
 * that no sequence has any more are kept as long as there is room, and given up in the order in
 * which they were let go: of a sequence the last ones first, without which those before them are
 * still of use. Safe for all threads.
 */
public final class PagePool implements AutoCloseable {
  /**
   * How full it is.
   *
   * @param budget bytes that there may be
   * @param held bytes of pages that sequences have, each counted once
   * @param kept bytes of pages that no sequence has, but that may be found again
   * @param reused tokens that sequences took over instead of computing them, since the start
   * @param givenUp kept pages whose memory was needed, since the start
   */
  public record Figures(long budget, long held, long kept, long reused, long givenUp) {}

  private final CacheShape shape;

  private long budget;

  /** Tells that there is more, and is asked once the budget is used up. */
  private Optional<LongSupplier> more;

  /** By group: pages that hold nothing. */
  private final List<ArrayDeque<Page>> blank = new ArrayList<>();

  /** Pages without a holder that may be found, those first that were let go first. */
  private final LinkedHashSet<Page> unused = new LinkedHashSet<>();

  /** Sequences that wait for their holder, and give back all pages if others need them. */
  private final LinkedHashSet<Sequence> idle = new LinkedHashSet<>();

  private final Map<Sharing, Prefix> roots = new HashMap<>();

  private long allocated;
  private long held;
  private long kept;
  private long reused;
  private long givenUp;
  private boolean closed;

  /**
   * An empty pool.
   *
   * @param shape what the sequences keep
   * @param budget bytes of all pages; at least one page of each group fits in it
   * @throws EngineException {@code OUT_OF_MEMORY} if it is less
   */
  public PagePool(CacheShape shape, long budget) {
    this(shape, budget, Optional.empty());
  }

  /** The same, whose budget becomes what {@code more} says, if that is more, once it is needed. */
  PagePool(CacheShape shape, long budget, LongSupplier more) {
    this(shape, budget, Optional.of(more));
  }

  private PagePool(CacheShape shape, long budget, Optional<LongSupplier> more) {
    this.shape = shape;
    this.budget = budget;
    this.more = more;
    shape.groups().forEach(_ -> blank.add(new ArrayDeque<>()));
    if (shape.bytes(KvLayer.PAGE) > budget) {
      throw new EngineException(
          ErrorCode.OUT_OF_MEMORY,
          "the cache may have %d bytes; %d tokens of this model take %d: give it more (cacheMb)"
              .formatted(budget, KvLayer.PAGE, shape.bytes(KvLayer.PAGE)));
    }
  }

  /** What its sequences keep. */
  public CacheShape shape() {
    return shape;
  }

  /** How full it is. */
  public synchronized Figures figures() {
    fits(Long.MAX_VALUE); // The whole budget is known from then on.
    return new Figures(budget, held, kept, reused, givenUp);
  }

  /**
   * Takes pages to write, or none of them if there is not so much room now.
   *
   * @param needed how many of each group
   */
  synchronized Optional<List<Page>> take(int[] needed) {
    long bytes = 0;
    for (int group = 0; group < needed.length; group++) {
      bytes += needed[group] * bytes(group);
    }
    while (!fits(held + bytes) && !idle.isEmpty()) {
      idle.removeFirst().giveBack();
    }
    if (!fits(held + bytes)) {
      return Optional.empty();
    }
    List<Page> taken = new ArrayList<>();
    for (int group = 0; group < needed.length; group++) {
      for (int i = 0; i < needed[group]; i++) {
        Page page = take(group);
        hold(page);
        taken.add(page);
      }
    }
    return Optional.of(taken);
  }

  /** What is refused when there is no room and nobody to wait for. */
  synchronized EngineException full(long bytes) {
    return new EngineException(
        ErrorCode.OUT_OF_MEMORY,
        ("the cache may have %d bytes, of which sequences hold %d; %d more are needed: let some"
                + " end, make prompts shorter, or load the model with a larger cacheMb")
            .formatted(budget, held, bytes));
  }

  /** Lets pages go, the last of a sequence first. */
  synchronized void release(List<Page> pages) {
    for (Page page : pages) {
      if (page.letGo() == 0) {
        held -= bytes(page.group());
        if (closed) {
          page.free();
        } else if (page.prefix() == null) {
          blank.get(page.group()).add(page);
        } else {
          kept += bytes(page.group());
          unused.add(page);
        }
      }
    }
  }

  /** One more sequence has these pages. */
  synchronized void share(List<Page> pages) {
    pages.forEach(this::hold);
  }

  /** Whether a page may be written, as {@link Page#isPrivate} says. */
  synchronized boolean isPrivate(Page page) {
    return page.isPrivate();
  }

  /** The prefix without tokens; empty for a sequence that shares with nobody. */
  synchronized Optional<Prefix> begin(Sharing sharing) {
    if (sharing instanceof Sharing.Nobody) {
      return Optional.empty();
    }
    Prefix root = roots.computeIfAbsent(sharing, _ -> Prefix.none(blank.size()));
    root.addEnd();
    return Optional.of(root);
  }

  /** One more sequence ends at a prefix. */
  synchronized void share(Prefix prefix) {
    prefix.addEnd();
  }

  /** A sequence leaves a prefix, at which it ended. */
  synchronized void end(Prefix prefix) {
    prefix.removeEnd();
    prune(prefix);
  }

  /** A sequence that ended at {@code from} ends at {@code to}. */
  synchronized void move(Prefix from, Prefix to) {
    to.addEnd();
    end(from);
  }

  /**
   * Makes a full page known. Where others have made the same one known, theirs takes its place: it
   * has the same bits.
   *
   * @param end at which the sequence ended
   * @param marks of the page
   * @param pages of each group, null where the sequence has none any more; those of others replace
   *     them
   * @return at which it ends now
   */
  synchronized Prefix seal(Prefix end, int[] marks, Page[] pages) {
    Prefix prefix = end.extended(marks);
    for (int group = 0; group < pages.length; group++) {
      Page own = pages[group];
      Page known = prefix.page(group);
      if (own == null || own.equals(known)) {
        continue;
      }
      if (known != null) {
        hold(known);
        release(List.of(own));
        pages[group] = known;
      } else if (own.prefix() == null) {
        prefix.setPage(group, own);
        own.knownBy(prefix);
      }
    }
    move(end, prefix);
    return prefix;
  }

  /**
   * What a sequence takes over.
   *
   * @param pages of each group, which it holds now; null where its layers do not see them
   * @param end at which it ends now
   */
  record Resumed(Page[][] pages, Prefix end) {
    int count() {
      return pages[0].length;
    }
  }

  /**
   * Looks for the pages of tokens that follow a prefix, as many as there are: of a layer with a
   * window only those must be there that the next token sees.
   *
   * @param held pages up to {@code end}
   * @param marks of the tokens
   */
  synchronized Optional<Resumed> resume(Prefix end, int held, int[] marks) {
    List<Prefix> path = new ArrayList<>();
    Prefix at = end;
    int groups = blank.size();
    int[] afterMissing = new int[groups];
    int count = 0;
    for (int i = 0; (i + 1) * KvLayer.PAGE <= marks.length; i++) {
      int[] page = Arrays.copyOfRange(marks, i * KvLayer.PAGE, (i + 1) * KvLayer.PAGE);
      Optional<Prefix> next = at.longer(page);
      if (next.isEmpty()) {
        break;
      }
      at = next.get();
      path.add(at);
      boolean there = true;
      for (int group = 0; group < groups; group++) {
        if (at.page(group) == null) {
          afterMissing[group] = i + 1;
        }
        there &= firstSeen(group, held, i + 1) >= afterMissing[group];
      }
      count = there ? i + 1 : count;
    }
    if (count == 0) {
      return Optional.empty();
    }
    Page[][] pages = new Page[groups][count];
    for (int group = 0; group < groups; group++) {
      for (int i = firstSeen(group, held, count); i < count; i++) {
        pages[group][i] = path.get(i).page(group);
        hold(pages[group][i]);
      }
    }
    reused += (long) count * KvLayer.PAGE;
    move(end, path.get(count - 1));
    return Optional.of(new Resumed(pages, path.get(count - 1)));
  }

  /**
   * Of the pages behind {@code held} others, the first that a token sees which comes after {@code
   * count} of them.
   */
  private int firstSeen(int group, int held, int count) {
    int position = (held + count) * KvLayer.PAGE;
    int behind = shape.groups().get(group).behind();
    return Math.max(0, Math.max(0, position - behind) / KvLayer.PAGE - held);
  }

  /** See {@link Sequence#rest}. */
  synchronized void addIdle(Sequence sequence) {
    idle.add(sequence);
  }

  /** See {@link Sequence#wake}. */
  synchronized void removeIdle(Sequence sequence) {
    idle.remove(sequence);
  }

  private boolean fits(long bytes) {
    if (bytes > budget && more.isPresent()) {
      budget = Math.max(budget, more.get().getAsLong());
      more = Optional.empty();
    }
    return bytes <= budget;
  }

  private void hold(Page page) {
    if (page.hold() == 0) {
      held += bytes(page.group());
      if (unused.remove(page)) {
        kept -= bytes(page.group());
      }
    }
  }

  /** A page that nobody holds; there is room for it. */
  private Page take(int group) {
    while (true) {
      Page page = blank.get(group).poll();
      if (page != null) {
        return page;
      }
      if (fits(allocated + bytes(group))) {
        page = new Page(group, bytes(group));
        allocated += bytes(group);
        return page;
      }
      giveUpOne();
    }
  }

  /** Makes room: first where nothing is kept. */
  private void giveUpOne() {
    for (ArrayDeque<Page> pages : blank) {
      Page page = pages.poll();
      if (page != null) {
        allocated -= bytes(page.group());
        page.free();
        return;
      }
    }
    Page page = unused.removeFirst();
    kept -= bytes(page.group());
    givenUp++;
    Prefix prefix = page.prefix();
    prefix.setPage(page.group(), null);
    page.knownBy(null);
    prune(prefix);
    blank.get(page.group()).add(page);
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

  private long bytes(int group) {
    return shape.groups().get(group).pageBytes();
  }

  /** Frees all pages; those that sequences still have when these close. */
  @Override
  public synchronized void close() {
    closed = true;
    blank.forEach(pages -> pages.forEach(Page::free));
    blank.forEach(ArrayDeque::clear);
    unused.forEach(Page::free);
    unused.clear();
    roots.clear();
  }
}
