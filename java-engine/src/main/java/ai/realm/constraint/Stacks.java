package ai.realm.constraint;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The ways in which a text can go on, none of them twice. */
public final class Stacks {
  /** An answer with more readings than this at once is a grammar's fault. */
  private static final int MOST = 4096;

  private static final int FEW = 8;

  private final List<Stack> stacks = new ArrayList<>(2);
  private Set<Stack> known;

  /** Adds a way, unless it is there. */
  public void add(Stack stack) {
    if (stacks.size() < FEW) {
      if (!stacks.contains(stack)) {
        stacks.add(stack);
      }
      return;
    }
    if (known == null) {
      known = new HashSet<>(stacks);
    }
    if (known.add(stack)) {
      if (known.size() > MOST) {
        throw new EngineException(
            ErrorCode.INVALID_ARGUMENT,
            ("the format has more than %d readings of one text at once; say less in two ways, as"
                    + " with anyOf or with rules that begin alike")
                .formatted(MOST));
      }
      stacks.add(stack);
    }
  }

  /** Hands out each of them. */
  public void each(Consumer<Stack> use) {
    stacks.forEach(use);
  }

  /** Whether no text goes on. */
  boolean isEmpty() {
    return stacks.isEmpty();
  }

  /** Whether one of them may end. */
  boolean mayEnd() {
    for (Stack stack : stacks) {
      if (stack.mayEnd()) {
        return true;
      }
    }
    return false;
  }

  /** The only byte that may come, or -1 where there are several, or none. */
  int only() {
    int found = -1;
    for (Stack stack : stacks) {
      int only = stack.only();
      if (only < 0 || (found >= 0 && only != found)) {
        return -1;
      }
      found = only;
    }
    return found;
  }

  /** The one whose part has a limit of tokens, where there is no other way; else null. */
  Stack limited() {
    return stacks.size() == 1 && stacks.get(0).mostTokens() > 0 ? stacks.get(0) : null;
  }

  /** All ways to go on with a byte. */
  public Stacks step(int b) {
    Stacks out = new Stacks();
    step(b, out);
    return out;
  }

  /** Adds all ways to go on with a byte to {@code out}. */
  public void step(int b, Stacks out) {
    for (Stack stack : stacks) {
      stack.step(b, out);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Stacks all && all.stacks.equals(stacks);
  }

  @Override
  public int hashCode() {
    return stacks.hashCode();
  }

  /** The one that ends soonest. */
  Stack shortest() {
    Stack best = stacks.get(0);
    for (Stack stack : stacks) {
      best = stack.shortestLength() < best.shortestLength() ? stack : best;
    }
    return best;
  }
}
