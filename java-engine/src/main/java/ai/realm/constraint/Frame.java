package ai.realm.constraint;

/**
 * A part of a text that has begun, on the stack of what is yet to come. Immutable; equal ones are
 * {@code equals}.
 */
public interface Frame {
  /** The length of what never ends: longer than any text. */
  int NEVER = Integer.MAX_VALUE / 4;

  /** Adds to {@code out} each way to go on with a byte, from 0 to 255. */
  void step(int b, Stack below, Stacks out);

  /** The only byte that may come, or -1 where there are several; this part may not end before. */
  default int only(Stack below) {
    int found = -1;
    for (int b = 0; b < 256; b++) {
      Stacks next = new Stacks();
      step(b, below, next);
      if (!next.isEmpty()) {
        if (found >= 0) {
          return -1;
        }
        found = b;
      }
    }
    return found;
  }

  /** Whether nothing more has to come of this part. */
  boolean mayEnd();

  /** Adds to {@code allowed} the tokens that may come. */
  default void allow(Stack below, TokenWalk allowed) {
    allowed.walk(new Stack(this, below));
  }

  /** How many bytes this part takes at least, about. */
  int shortestLength();

  /** Appends bytes that bring this part to an end, about as few as can be. */
  void shortest(ByteText out);

  /** How many tokens may be within this part before it is left; 0 for any number. */
  default int mostTokens() {
    return 0;
  }

  /** Appends bytes that leave this part, where {@link #mostTokens} are given. */
  default void leave(ByteText out) {
    throw new UnsupportedOperationException("a part without a limit of tokens is not left");
  }
}
