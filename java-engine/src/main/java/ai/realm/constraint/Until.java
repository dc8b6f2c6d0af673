package ai.realm.constraint;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A text of a language up to the first of some markers, which is no part of it. Read with one state
 * for all markers (A. Aho, M. Corasick, Efficient String Matching, 1975): what may yet become a
 * marker is held back from the language.
 */
public final class Until {
  /** No limit of a text's characters. */
  public static final int NO_END = Integer.MAX_VALUE;

  private static final int ROOT = MarkerStates.ROOT;

  /**
   * What ends the text.
   *
   * @param behind what comes behind it; null for what the text must not have in it
   */
  public record Marker(byte[] bytes, Frame behind) {
    /**
     * A marker, and where it is a control token what only reads so, which the text must not have:
     * nobody could tell one from the other.
     */
    public static List<Marker> of(String text, Signs signs, Frame behind) {
      byte[] bytes = signs.bytes(text);
      byte[] plain = Signs.NONE.bytes(text);
      return Arrays.equals(bytes, plain)
          ? List.of(new Marker(bytes, behind))
          : List.of(new Marker(bytes, behind), new Marker(plain, null));
    }
  }

  private final List<Marker> markers;
  private final MarkerStates states;
  private final TextState begin;
  private final boolean isAny;
  private final boolean ends;
  private final int tokens;

  private final Map<UntilFrame, Tokens> known = new HashMap<>();

  /** Tokens from a place: those within the text, and the nodes of the tree where a marker ends. */
  record Tokens(TokenSet within, List<Exit> exits) {}

  /** Where a marker ends in the tree of tokens. */
  record Exit(int node, Marker marker) {}

  /**
   * Of a language.
   *
   * @param markers at least one with something behind it, unless the text may end by itself
   * @param isAny whether every text is in the language
   * @param ends whether all may end within the text
   * @param tokens how many tokens the text may have before it is ended by its first marker; 0 for
   *     any
   */
  Until(TextState begin, boolean isAny, List<Marker> markers, boolean ends, int tokens) {
    this.begin = begin;
    this.isAny = isAny;
    this.markers = markers;
    this.states = new MarkerStates(markers);
    this.ends = ends;
    this.tokens = tokens;
  }

  /** It from its beginning, with so many characters. */
  public Frame frame(int min, int max) {
    return new UntilFrame(this, ROOT, begin, min, max);
  }

  /**
   * A place in it.
   *
   * @param node what may become a marker, held back
   * @param place where the text is before that
   * @param need characters that must come before the end
   * @param left characters that may come
   */
  record UntilFrame(Until of, int node, TextState place, int need, int left) implements Frame {

    /** The place behind a byte that ends no marker; null where no text goes on. */
    private UntilFrame to(int b) {
      int to = of.states.next(node, b);
      UntilFrame read = released(b, of.states.depth(node) + 1 - of.states.depth(to));
      return read == null ? null : new UntilFrame(of, to, read.place, read.need, read.left).alive();
    }

    private Marker ended(int b) {
      return of.states.complete(of.states.next(node, b));
    }

    /** Whether the marker that a byte ends may be here. */
    private boolean mayEndWith(int b, Marker marker) {
      if (marker.behind == null) {
        return false;
      }
      UntilFrame read = released(b, of.states.depth(node) + 1 - marker.bytes.length);
      return read != null && read.isWhole();
    }

    private boolean isWhole() {
      return place.accepts() && need == 0;
    }

    /** With so many of the bytes that are held back, and a byte behind them, read as text. */
    private UntilFrame released(int b, int count) {
      byte[] path = of.states.path(node);
      UntilFrame at = this;
      for (int i = 0; i < count && at != null; i++) {
        at = at.read(i < path.length ? path[i] & 0xFF : b);
      }
      return at;
    }

    private UntilFrame read(int b) {
      boolean begins = place.isBetween();
      TextState to = begins && left == 0 ? null : place.next(b);
      if (to == null) {
        return null;
      }
      if (need == 0 && left == NO_END) {
        return to == place ? this : new UntilFrame(of, node, to, need, left);
      }
      int needed = to.isBetween() ? Math.max(0, need - 1) : need;
      int remaining = to.isBetween() && left != NO_END ? left - 1 : left;
      return new UntilFrame(of, node, to, needed, remaining);
    }

    /** All that is held back read as text. */
    private UntilFrame flushed() {
      return released(0, of.states.depth(node));
    }

    private UntilFrame alive() {
      if (node == ROOT) {
        return this;
      }
      boolean goesOn = of.states.leads(node) && isWhole();
      return goesOn || flushed() != null ? this : null;
    }

    @Override
    public void step(int b, Stack below, Stacks out) {
      Marker marker = ended(b);
      if (marker != null) {
        if (mayEndWith(b, marker)) {
          out.add(new Stack(marker.behind, below));
        }
        return;
      }
      UntilFrame to = to(b);
      if (to != null) {
        out.add(new Stack(to.equals(this) ? this : to, below));
      }
    }

    @Override
    public int only(Stack below) {
      return of.isAny && left > 0 ? -1 : Frame.super.only(below);
    }

    @Override
    public boolean mayEnd() {
      if (!of.ends) {
        return false;
      }
      UntilFrame all = flushed();
      return all != null && all.isWhole();
    }

    @Override
    public int mostTokens() {
      return of.tokens;
    }

    @Override
    public void allow(Stack below, TokenWalk allowed) {
      Tokens tokens = of.tokens(this, allowed.trie());
      allowed.found().addAll(tokens.within);
      for (Exit exit : tokens.exits) {
        allowed.trie().addTokens(exit.node, allowed.found());
        Stacks behind = new Stacks();
        behind.add(new Stack(exit.marker.behind, below));
        allowed.walk(exit.node, behind);
      }
    }

    @Override
    public int shortestLength() {
      if (mayEnd()) {
        return 0;
      }
      UntilFrame all = flushed();
      return of.ends && all != null
          ? all.place.shortest().length
          : leaving().length + nearest().behind.shortestLength();
    }

    @Override
    public void shortest(ByteText out) {
      if (mayEnd()) {
        return;
      }
      UntilFrame all = flushed();
      if (of.ends && all != null) {
        // Of a character that is half read, its end.
        out.add(all.place.shortest());
        return;
      }
      leave(out);
      nearest().behind.shortest(out);
    }

    @Override
    public void leave(ByteText out) {
      out.add(leaving());
    }

    /** The marker that has begun, else the first one. */
    private Marker nearest() {
      return of.markers.stream()
          .filter(marker -> marker.behind != null && isWhole() && begins(marker.bytes))
          .findFirst()
          .orElseGet(
              () -> of.markers.stream().filter(m -> m.behind != null).findFirst().orElseThrow());
    }

    private boolean begins(byte[] marker) {
      byte[] path = of.states.path(node);
      return path.length < marker.length && Arrays.mismatch(path, marker) == path.length;
    }

    /** The rest of the nearest marker, behind what the text needs before it. */
    private byte[] leaving() {
      byte[] marker = nearest().bytes;
      byte[] path = of.states.path(node);
      if (isWhole() && begins(marker)) {
        return Arrays.copyOfRange(marker, path.length, marker.length);
      }
      UntilFrame all = flushed();
      // What is held back and cannot be text is a marker that has begun.
      UntilFrame from = all == null ? this : all;
      int read = from.place.isBetween() ? 0 : 1;
      return new ByteText()
          .add(from.place.shortest())
          .add("a".repeat(Math.max(0, from.need - read)))
          .add(marker)
          .toBytes();
    }
  }

  private Tokens tokens(UntilFrame from, TokenTrie trie) {
    int far = trie.longest() + 1;
    UntilFrame key =
        new UntilFrame(
            this, from.node, from.place, Math.min(from.need, far), Math.min(from.left, far));
    Tokens found = known.get(key);
    if (found != null) {
      return found;
    }
    found = new Tokens(new TokenSet(trie.vocabulary()), new ArrayList<>());
    UntilFrame all = from.node == ROOT ? null : from.flushed();
    if (all == null) {
      walk(TokenTrie.ROOT, from, trie, found);
    } else {
      differing(from, new UntilFrame(this, ROOT, all.place, all.need, all.left), trie, found);
    }
    // Within a character there are few tokens, and many such places.
    if (from.place.isBetween()) {
      known.put(key, found);
    }
    return found;
  }

  /**
   * Where a marker may have begun, only tokens that go on with it are others than where none has:
   * these alone are looked through.
   */
  private void differing(UntilFrame from, UntilFrame plain, TokenTrie trie, Tokens found) {
    Tokens others = tokens(plain, trie);
    found.within.addAll(others.within);
    found.exits.addAll(others.exits);
    int end = trie.after(TokenTrie.ROOT);
    for (int child = trie.firstChild(TokenTrie.ROOT); child < end; child = trie.after(child)) {
      int b = trie.label(child);
      if (states.next(from.node, b) != states.next(ROOT, b)) {
        int first = child;
        int last = trie.after(child);
        trie.removeBelow(child, found.within);
        found.exits.removeIf(exit -> exit.node >= first && exit.node < last);
        step(child, from, trie, found);
      }
    }
  }

  private static void walk(int node, UntilFrame at, TokenTrie trie, Tokens found) {
    int after = trie.after(node);
    for (int child = trie.firstChild(node); child < after; child = trie.after(child)) {
      step(child, at, trie, found);
    }
  }

  private static void step(int child, UntilFrame at, TokenTrie trie, Tokens found) {
    int b = trie.label(child);
    Marker marker = at.ended(b);
    if (marker != null) {
      if (at.mayEndWith(b, marker)) {
        found.exits.add(new Exit(child, marker));
      }
      return;
    }
    UntilFrame to = at.to(b);
    if (to != null) {
      trie.addTokens(child, found.within);
      walk(child, to, trie, found);
    }
  }

  /** Bytes that it takes at least, with what comes behind. */
  public int length(int min) {
    if (ends) {
      return 0;
    }
    long least = Frame.NEVER;
    for (Marker marker : markers) {
      if (marker.behind != null) {
        least = Math.min(least, marker.bytes.length + (long) marker.behind.shortestLength());
      }
    }
    return (int) Math.min(Frame.NEVER, least + begin.shortest().length + min);
  }
}
