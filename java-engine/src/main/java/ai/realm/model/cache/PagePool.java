package ai.realm.model.cache;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.kernels.KvLayer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The pages of all sequences of a model, within one budget of bytes. Full ones can be found by the
 * tokens up to their end ({@link PrefixTree}). Pages that no sequence has any more are kept as long
 * as there is room, and given up in the order in which they were let go: of a sequence the last
 * ones first, without which those before them are still of use. Safe for all threads.
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
  public record Figures(long budget, long held, long kept, long reused, long givenUp) {
    /** With the bytes of another pool, which has the same tokens. */
    public Figures with(Figures other) {
      return new Figures(
          budget + other.budget,
          held + other.held,
          kept + other.kept,
          reused,
          givenUp + other.givenUp);
    }
  }

  private final CacheShape shape;

  private long budget;

  /** Tells that there is more, and is asked once the budget is used up. */
  private Optional<LongSupplier> more;

  /** By kind: pages that hold nothing. */
  private final List<ArrayDeque<Page>> blank = new ArrayList<>();

  /** Pages without a holder that may be found, those first that were let go first. */
  private final LinkedHashSet<Page> unused = new LinkedHashSet<>();

  /** Sequences that wait for their holder, and give back all pages if others need them. */
  private final LinkedHashSet<Sequence> idle = new LinkedHashSet<>();

  private final PrefixTree prefixes;

  private long allocated;
  private long held;
  private long kept;
  private long givenUp;
  private boolean closed;

  /**
   * An empty pool.
   *
   * @param shape what the sequences keep
   * @param budget bytes of all pages; at least those of a short sequence fit in it
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
    this.prefixes = new PrefixTree(this);
    for (int kind = 0; kind < shape.kinds(); kind++) {
      blank.add(new ArrayDeque<>());
    }
    if (shape.bytes(KvLayer.PAGE) > budget) {
      throw new EngineException(
          ErrorCode.OUT_OF_MEMORY,
          "the cache may have %d bytes; %d tokens of this model take %d: give it more (cacheMb)"
              .formatted(budget, KvLayer.PAGE, shape.bytes(KvLayer.PAGE)));
    }
  }

  /** What of its pages can be found by tokens. */
  PrefixTree prefixes() {
    return prefixes;
  }

  /** What its sequences keep. */
  public CacheShape shape() {
    return shape;
  }

  /** How full it is. */
  public synchronized Figures figures() {
    fits(Long.MAX_VALUE); // The whole budget is known from then on.
    return new Figures(budget, held, kept, prefixes.reused(), givenUp);
  }

  /**
   * Takes pages to write, or none of them if there is not so much room now.
   *
   * @param needed how many of each kind
   */
  synchronized Optional<List<Page>> take(int[] needed) {
    long bytes = bytes(needed);
    while (!fits(held + bytes) && !idle.isEmpty()) {
      idle.removeFirst().giveBack();
    }
    if (!fits(held + bytes)) {
      return Optional.empty();
    }
    List<Page> taken = new ArrayList<>();
    for (int kind = 0; kind < needed.length; kind++) {
      for (int i = 0; i < needed[kind]; i++) {
        Page page = take(kind);
        hold(page);
        taken.add(page);
      }
    }
    return Optional.of(taken);
  }

  /** Takes one to write, if there is room that no sequence has, also not one that waits. */
  synchronized Optional<Page> takeSpare(int kind) {
    if (!fits(held + bytes(kind))) {
      return Optional.empty();
    }
    Page page = take(kind);
    hold(page);
    return Optional.of(page);
  }

  /** What is refused when there is no room and nobody to wait for. */
  synchronized EngineException full(int[] needed) {
    return new EngineException(
        ErrorCode.OUT_OF_MEMORY,
        ("the cache may have %d bytes, of which sequences hold %d; %d more are needed: let some"
                + " end, make prompts shorter, or load the model with a larger cacheMb")
            .formatted(budget, held, bytes(needed)));
  }

  /** Lets pages go, the last of a sequence first. */
  synchronized void release(List<Page> pages) {
    for (Page page : pages) {
      if (page.letGo() == 0) {
        held -= bytes(page.kind());
        if (closed) {
          page.free();
        } else if (page.prefix() == null) {
          blank.get(page.kind()).add(page);
        } else {
          kept += bytes(page.kind());
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

  /** One holder more, under the lock. */
  void hold(Page page) {
    if (page.hold() == 0) {
      held += bytes(page.kind());
      if (unused.remove(page)) {
        kept -= bytes(page.kind());
      }
    }
  }

  /** Nobody can find a page any more, under the lock: where nobody holds it, it is free. */
  void forget(Page page) {
    page.knownBy(null);
    if (unused.remove(page)) {
      kept -= bytes(page.kind());
      blank.get(page.kind()).add(page);
    }
  }

  /** A page that nobody holds; there is room for it. */
  private Page take(int kind) {
    while (true) {
      Page page = blank.get(kind).poll();
      if (page != null) {
        return page;
      }
      if (fits(allocated + bytes(kind))) {
        page = new Page(kind, bytes(kind));
        allocated += bytes(kind);
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
        allocated -= bytes(page.kind());
        page.free();
        return;
      }
    }
    prefixes.forget(unused.getFirst());
    givenUp++;
  }

  private long bytes(int kind) {
    return shape.pageBytes(kind);
  }

  private long bytes(int[] counts) {
    long bytes = 0;
    for (int kind = 0; kind < counts.length; kind++) {
      bytes += counts[kind] * bytes(kind);
    }
    return bytes;
  }

  /** Frees all pages; those that sequences still have when these close. */
  @Override
  public synchronized void close() {
    closed = true;
    blank.forEach(pages -> pages.forEach(Page::free));
    blank.forEach(ArrayDeque::clear);
    unused.forEach(Page::free);
    unused.clear();
    prefixes.clear();
  }
}
