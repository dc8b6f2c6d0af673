package ai.realm.constraint;

/** What is yet to come of a text: a part, and what comes behind it. Immutable. */
public final class Stack {
  /** Nothing is to come. */
  public static final Stack END = new Stack(null, null);

  private final Frame top;
  private final Stack below;
  private final int hash;

  /** Found when asked, -1 before. */
  private int shortestLength = -1;

  /** A part and what comes behind it. */
  public Stack(Frame top, Stack below) {
    this.top = top;
    this.below = below;
    this.hash = top == null ? 0 : 31 * below.hash + top.hashCode();
  }

  private static int sum(int a, int b) {
    return (int) Math.min((long) a + b, Integer.MAX_VALUE);
  }

  /** Adds to {@code out} each way to go on with a byte. */
  public void step(int b, Stacks out) {
    if (top != null) {
      top.step(b, below, out);
    }
  }

  /** The only byte that may come, or -1 where there are several, or none. */
  int only() {
    return top == null ? -1 : top.only(below);
  }

  /** How many tokens may be within the part that has begun before it is left; 0 for any number. */
  int mostTokens() {
    return top == null ? 0 : top.mostTokens();
  }

  /** Bytes that leave that part. */
  byte[] leaving() {
    ByteText text = new ByteText();
    top.leave(text);
    return text.toBytes();
  }

  /** Whether the text may end here. */
  boolean mayEnd() {
    for (Stack at = this; at.top != null; at = at.below) {
      if (!at.top.mayEnd()) {
        return false;
      }
    }
    return true;
  }

  /** Adds the tokens that may come. */
  public void allow(TokenWalk allowed) {
    if (top != null) {
      top.allow(below, allowed);
    }
  }

  /** How many bytes are to come at least, about. */
  int shortestLength() {
    if (shortestLength < 0) {
      shortestLength = top == null ? 0 : sum(below.shortestLength(), top.shortestLength());
    }
    return shortestLength;
  }

  /** Bytes that bring the text to an end, about as few as can be. */
  byte[] shortest() {
    ByteText text = new ByteText();
    for (Stack at = this; at.top != null; at = at.below) {
      at.top.shortest(text);
    }
    return text.toBytes();
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // Stacks share what is below.
  public boolean equals(Object other) {
    if (!(other instanceof Stack)) {
      return false;
    }
    Stack a = this;
    Stack b = (Stack) other;
    while (a != b) {
      if (a.hash != b.hash || a.top == null || b.top == null || !a.top.equals(b.top)) {
        return false;
      }
      a = a.below;
      b = b.below;
    }
    return true;
  }
}
