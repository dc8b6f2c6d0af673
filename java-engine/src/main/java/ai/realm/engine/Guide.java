package ai.realm.engine;

import ai.realm.constraint.Constraint;
import ai.realm.constraint.Grammar;
import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import ai.realm.sampling.Sampler;
import java.util.Arrays;

/**
 * Draws the tokens of a text that has a format: those alone that it allows. Near the most tokens
 * that the text may have it takes the shortest way to its end, if that was asked; a part that has a
 * limit of its own, such as a thought, is left there.
 */
final class Guide implements Draw, Drafter {
  /** Bytes that are looked ahead: no step takes more tokens. */
  private static final int MOST_FORCED = 4 * Speculation.MOST_ROWS;

  /** How often the model ends bytes that must come as their usual token does. */
  private static final double USUAL = 0.7;

  private final Constraint constraint;
  private final Sampler sampler;
  private final boolean closes;

  /** Tokens that may still come. */
  private int left;

  /** What brings it to its end, once that must begin. */
  private int[] closing = {};

  private int closed;

  /** Whether that is for the text's most tokens, and not a part's. */
  private boolean isEnding;

  /** Tokens of bytes that must come, which are taken whatever the model would write them as. */
  private int[] sure = {};

  private int taken;

  /** Tokens within the parts that have a limit of them, such as thoughts. */
  private int limited;

  /**
   * For a text of at most {@code limit} tokens.
   *
   * @throws EngineException {@code INVALID_ARGUMENT} if it shall end within its limit, and no text
   *     of the format is so short
   */
  Guide(Grammar grammar, boolean closes, int limit, Sampler sampler) {
    this.constraint = grammar.constrain();
    this.sampler = sampler;
    this.closes = closes;
    this.left = limit;
    int least = closes && constraint.shortestLength() > limit ? constraint.shortest().length : 0;
    if (least > limit) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT,
          ("the text may have %d tokens, and the shortest one of the format needs about %d; raise"
                  + " maxTokens or contextLength")
              .formatted(limit, least));
    }
  }

  private Guide(Guide other, Sampler sampler) {
    this.constraint = other.constraint.copy();
    this.sampler = sampler;
    this.closes = other.closes;
    this.left = other.left;
    this.closing = other.closing;
    this.closed = other.closed;
    this.isEnding = other.isEnding;
    this.sure = other.sure;
    this.taken = other.taken;
    this.limited = other.limited;
    this.isEnding = other.isEnding;
  }

  @Override
  public Draw ahead(Sampler other) {
    return new Guide(this, other);
  }

  @Override
  public int draw(float[] logits, int at, int vocabulary) {
    int token = closed < closing.length ? closing[closed++] : open(logits, at, vocabulary);
    if (!constraint.ends(token)) {
      constraint.accept(token);
      left--;
      leave();
    }
    return token;
  }

  /** Counts what is within a part that has a limit of tokens, and leaves it there. */
  private void leave() {
    int most = constraint.mostTokens();
    if (most > 0 && closed == closing.length && ++limited >= most) {
      closing = constraint.leaving();
      closed = 0;
      sure = new int[0];
      taken = 0;
    }
  }

  private int open(float[] logits, int at, int vocabulary) {
    if (taken == sure.length) {
      sure = sure();
      taken = 0;
    }
    return taken < sure.length ? sure[taken++] : free(logits, at, vocabulary);
  }

  /**
   * All but the last token of the bytes that must come: the last one may be a longer one. None
   * where they would not leave enough tokens for the end.
   */
  private int[] sure() {
    int[] forced = constraint.forced(MOST_FORCED);
    int count = forced.length - 1;
    if (count < 1) {
      return new int[0];
    }
    if (closes && constraint.shortestLength() > left) {
      Constraint behind = constraint.copy();
      for (int i = 0; i < count; i++) {
        behind.accept(forced[i]);
      }
      if (count + behind.shortest().length > left) {
        return new int[0];
      }
    }
    return Arrays.copyOf(forced, count);
  }

  private int free(float[] logits, int at, int vocabulary) {
    constraint.allowed().mask(logits, at, vocabulary);
    int token = sampler.sample(logits, at, vocabulary);
    boolean fits =
        !closes
            || constraint.ends(token)
            || constraint.shortestLengthBehind(token) <= left - 1
            || constraint.shortestTokensBehind(token) <= left - 1;
    if (fits) {
      return token;
    }
    // A text that may end here and does not fit if it goes on, ends.
    closing = constraint.mayEnd() ? constraint.end() : constraint.shortest();
    closed = Math.min(1, closing.length);
    isEnding = closing.length > 0;
    return isEnding ? closing[0] : token;
  }

  @Override
  public boolean hasEnded() {
    // A text that was brought to its end for its limit has no room for more.
    return constraint.hasEnded() || (isEnding && closed == closing.length && constraint.mayEnd());
  }

  @Override
  public void grown(int[] tokens, int from, int length) {}

  @Override
  public double chance() {
    return closed < closing.length || taken < sure.length
        ? 1
        : constraint.forced(1).length > 0 ? USUAL : 0;
  }

  /** The tokens that will be taken, and a guess at the last one of the bytes that must come. */
  @Override
  public int draft(int[] tokens, int length, int most, Stake stake) {
    int[] next;
    int certain;
    if (closed < closing.length) {
      next = Arrays.copyOfRange(closing, closed, closing.length);
      certain = next.length;
    } else if (taken < sure.length) {
      next = Arrays.copyOfRange(sure, taken, sure.length);
      certain = next.length;
    } else {
      next = constraint.forced(MOST_FORCED);
      certain = next.length - 1;
    }
    double chance = 1;
    int count = 0;
    while (count < Math.min(next.length, most)) {
      chance *= count < certain ? 1 : USUAL;
      if (!stake.takes(chance)) {
        break;
      }
      tokens[length + count] = next[count];
      count++;
    }
    return count;
  }
}
