package ai.realm.constraint;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What may come next in one text, token by token.
 *
 * <p>Texts of one grammar share what it has found out, so each call has the grammar to itself.
 */
public final class Constraint {
  private final Grammar grammar;
  private final TokenSet allowed;
  private Stacks stacks;
  private boolean isFresh;

  Constraint(Grammar grammar) {
    this.grammar = grammar;
    this.allowed = new TokenSet(grammar.trie().vocabulary());
    this.stacks = grammar.begin();
  }

  /** The same place in the same text, from which both go on by themselves. */
  public Constraint copy() {
    Constraint copy = new Constraint(grammar);
    copy.stacks = stacks;
    return copy;
  }

  /**
   * The tokens that may come: those after which the text can be brought to an end, and those that
   * end it, where it may end. Valid until the next token is accepted.
   */
  public TokenSet allowed() {
    synchronized (grammar) {
      if (!isFresh) {
        allowed.clear();
        TokenWalk walk = new TokenWalk(grammar.trie(), allowed);
        stacks.each(stack -> stack.allow(walk));
        if (stacks.mayEnd()) {
          grammar.trie().ends().forEach(allowed::add);
        }
        if (allowed.first() < 0) {
          throw new EngineException(
              ErrorCode.GRAMMAR_INVALID,
              ("no token of the model can come next: its vocabulary has none that begins with any"
                   + " of the bytes that the format asks for here (it would end with \"%s\"); use"
                   + " another format or model")
                  .formatted(new String(stacks.shortest().shortest(), StandardCharsets.UTF_8)));
        }
        isFresh = true;
      }
      return allowed;
    }
  }

  /** Whether a token is one of those that end a text. */
  public boolean ends(int token) {
    return grammar.trie().ends().contains(token);
  }

  /** A token that ends a text; none in a vocabulary without such a token. */
  public int[] end() {
    return grammar.trie().ends().stream().limit(1).mapToInt(Integer::intValue).toArray();
  }

  /** Whether a token may come. */
  public boolean allows(int token) {
    synchronized (grammar) {
      return grammar.trie().ends().contains(token)
          ? stacks.mayEnd()
          : !after(stacks, grammar.trie().text(token)).isEmpty();
    }
  }

  /** Takes the next token in, which must be allowed and does not end the text. */
  public void accept(int token) {
    synchronized (grammar) {
      Stacks next = after(stacks, grammar.trie().text(token));
      if (next.isEmpty()) {
        throw new IllegalStateException("the format does not allow token " + token);
      }
      // Within a string, say, the same tokens may come again.
      isFresh &= next.equals(stacks);
      stacks = next;
    }
  }

  private static Stacks after(Stacks from, byte[] text) {
    if (text.length == 0) {
      return new Stacks();
    }
    Stacks at = from;
    for (byte b : text) {
      at = at.step(b & 0xFF);
    }
    return at;
  }

  /** Whether the text may end here. */
  public boolean mayEnd() {
    return stacks.mayEnd();
  }

  /** Whether the text has ended: nothing more can come. */
  public boolean hasEnded() {
    synchronized (grammar) {
      if (!stacks.mayEnd()) {
        return false;
      }
      for (int b = 0; b < 256; b++) {
        if (!stacks.step(b).isEmpty()) {
          return false;
        }
      }
      return true;
    }
  }

  /** How many bytes are to come at least, about, once a token has come that is allowed. */
  public int shortestLengthBehind(int token) {
    synchronized (grammar) {
      return length(after(stacks, grammar.trie().text(token)));
    }
  }

  /** How many tokens bring the text to an end once a token has come: about as few as can be. */
  public int shortestTokensBehind(int token) {
    synchronized (grammar) {
      Stacks behind = after(stacks, grammar.trie().text(token));
      return behind.mayEnd() ? 0 : split(behind.shortest().shortest()).length;
    }
  }

  private static int length(Stacks stacks) {
    return stacks.mayEnd() ? 0 : stacks.shortest().shortestLength();
  }

  /** Tokens of these bytes, as long ones as there are. */
  private int[] split(byte[] text) {
    int[] ids = new int[text.length];
    int count = 0;
    for (int at = 0; at < text.length; count++) {
      int id = grammar.trie().longestAt(text, at);
      if (id < 0) {
        throw new EngineException(
            ErrorCode.GRAMMAR_INVALID,
            "the model's vocabulary has no token for \"%s\", which the format needs; use another"
                .formatted(new String(text, at, text.length - at, StandardCharsets.UTF_8)));
      }
      ids[count] = id;
      at += grammar.trie().text(id).length;
    }
    return Arrays.copyOf(ids, count);
  }

  /**
   * How many tokens may be within the part that the text is in, such as a thought, before it is
   * left; 0 for any number.
   */
  public int mostTokens() {
    Stack limited = stacks.limited();
    return limited == null ? 0 : limited.mostTokens();
  }

  /** Tokens that leave that part. */
  public int[] leaving() {
    synchronized (grammar) {
      return split(stacks.limited().leaving());
    }
  }

  /** Bytes that are to come at least, about. */
  public int shortestLength() {
    synchronized (grammar) {
      return length(stacks);
    }
  }

  /** Tokens that bring the text to an end, about as few as can be. */
  public int[] shortest() {
    synchronized (grammar) {
      return stacks.mayEnd() ? new int[0] : split(stacks.shortest().shortest());
    }
  }

  /**
   * Tokens of the bytes that come next whatever the text is, of at most {@code most} bytes; none
   * where there is a choice, the end among it. Other tokens may be of the same bytes.
   */
  public int[] forced(int most) {
    synchronized (grammar) {
      return split(withoutPartOfSign(forcedBytes(most)));
    }
  }

  /** Bytes without the beginning of a control token at their end. */
  private byte[] withoutPartOfSign(byte[] text) {
    int last = text.length - 1;
    while (last >= 0 && text[last] != Signs.MARK) {
      last--;
    }
    boolean isPart = last >= 0 && grammar.trie().longestAt(text, last) < 0;
    return isPart ? Arrays.copyOf(text, last) : text;
  }

  private byte[] forcedBytes(int most) {
    byte[] forced = new byte[most];
    int count = 0;
    Stacks at = stacks;
    while (count < most && !at.mayEnd()) {
      int only = at.only();
      if (only < 0) {
        break;
      }
      forced[count++] = (byte) only;
      at = at.step(only);
    }
    return Arrays.copyOf(forced, count);
  }
}
