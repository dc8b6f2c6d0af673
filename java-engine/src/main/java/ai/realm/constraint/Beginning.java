package ai.realm.constraint;

/** A part of a text that has not begun: with its first byte it becomes what it is made of. */
public interface Beginning extends Frame {
  /** Nothing at all. */
  Beginning NOTHING =
      new Beginning() {
        @Override
        public void begin(Stack below, Stacks out) {
          out.add(below);
        }

        @Override
        public boolean mayEnd() {
          return true;
        }

        @Override
        public int shortestLength() {
          return 0;
        }

        @Override
        public void shortest(ByteText out) {}
      };

  /** Adds each way in which it begins, and what is below where it may be empty. */
  void begin(Stack below, Stacks out);

  @Override
  default void step(int b, Stack below, Stacks out) {
    begun(below).step(b, out);
  }

  @Override
  default int only(Stack below) {
    return begun(below).only();
  }

  @Override
  default void allow(Stack below, TokenWalk allowed) {
    begun(below).each(stack -> stack.allow(allowed));
  }

  private Stacks begun(Stack below) {
    Stacks begun = new Stacks();
    begin(below, begun);
    return begun;
  }
}
