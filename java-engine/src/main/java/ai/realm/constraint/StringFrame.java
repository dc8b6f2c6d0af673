package ai.realm.constraint;

import ai.realm.constraint.TextTokens.Ending;

/**
 * A JSON string, with its quotes.
 *
 * @param need characters that must come before it ends
 * @param left characters that may come
 * @param open whether its first quote is there
 */
record StringFrame(TextState place, int need, int left, boolean open) implements Frame {
  private static final int NO_END = Integer.MAX_VALUE;

  @Override
  public void step(int b, Stack below, Stacks out) {
    if (!open) {
      if (b == '"') {
        out.add(new Stack(new StringFrame(place, need, left, true), below));
      }
      return;
    }
    if (b == '"' && place.accepts() && need == 0) {
      out.add(below);
      return;
    }
    TextState next = place.next(b);
    if (next != null && (left > 0 || !place.isBetween())) {
      boolean read = next.isBetween();
      int needed = read ? Math.max(0, need - 1) : need;
      int remaining = read && left != NO_END ? left - 1 : left;
      boolean same = next.equals(place) && needed == need && remaining == left;
      out.add(new Stack(same ? this : new StringFrame(next, needed, remaining, true), below));
    }
  }

  @Override
  public int only(Stack below) {
    if (!open) {
      return '"';
    }
    return place.accepts() && left > 0 ? -1 : Frame.super.only(below);
  }

  @Override
  public boolean mayEnd() {
    return false;
  }

  @Override
  public void allow(Stack below, TokenWalk allowed) {
    if (!open) {
      Frame.super.allow(below, allowed);
      return;
    }
    TextTokens tokens = place.tokens(allowed.trie(), Ending.QUOTE, need, left);
    allowed.found().addAll(tokens.within());
    Stacks behind = new Stacks();
    behind.add(below);
    for (int exit : tokens.exits()) {
      allowed.trie().addTokens(exit, allowed.found());
      allowed.walk(exit, behind);
    }
  }

  @Override
  public int shortestLength() {
    return place.shortest().length + need + (open ? 1 : 2);
  }

  @Override
  public void shortest(ByteText out) {
    if (!open) {
      out.add("\"");
    }
    out.add(place.shortest());
    // Of a character that is half read, its end is one of those needed.
    int read = place.isBetween() ? 0 : 1;
    out.add("a".repeat(Math.max(0, need - read))).add("\"");
  }
}
