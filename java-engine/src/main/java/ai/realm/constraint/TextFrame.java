package ai.realm.constraint;

import ai.realm.constraint.TextTokens.Ending;

/** A text of a regular language, plain: a number, a word, what is between two signs. */
record TextFrame(TextState place) implements Frame {
  @Override
  public void step(int b, Stack below, Stacks out) {
    TextState next = place.next(b);
    if (next != null) {
      out.add(new Stack(new TextFrame(next), below));
    }
    if (place.accepts()) {
      below.step(b, out);
    }
  }

  @Override
  public int only(Stack below) {
    return place.accepts() ? Frame.super.only(below) : place.only();
  }

  @Override
  public boolean mayEnd() {
    return place.accepts();
  }

  @Override
  public void allow(Stack below, TokenWalk allowed) {
    TextTokens tokens = place.tokens(allowed.trie(), Ending.OPEN);
    allowed.found().addAll(tokens.within());
    if (below.equals(Stack.END)) {
      return;
    }
    Stacks behind = new Stacks();
    behind.add(below);
    for (int exit : tokens.exits()) {
      allowed.walk(exit, behind);
    }
  }

  @Override
  public int shortestLength() {
    return place.shortest().length;
  }

  @Override
  public void shortest(ByteText out) {
    out.add(place.shortest());
  }
}
