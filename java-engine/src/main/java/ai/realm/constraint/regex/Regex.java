package ai.realm.constraint.regex;

import java.util.Arrays;
import java.util.List;

/**
 * A regular language of code points, and at once a state of the automaton that reads it: {@link
 * #next} is its derivative, the language of what may follow a character.
 *
 * <p>Made by {@link Regexes}, where equal ones are the same object. Source: J. A. Brzozowski,
 * Derivatives of Regular Expressions, 1964; S. Owens et al., Regular-expression derivatives
 * re-examined, 2009.
 */
public final class Regex {
  /** The forms of languages. */
  sealed interface Form {
    /** No text at all. */
    record Nothing() implements Form {}

    /** The empty text. */
    record Empty() implements Form {}

    /** One character of a set that is not empty. */
    record OneOf(CodePoints set) implements Form {}

    /** A text of {@code head}, then one of {@code tail}. */
    record Then(Regex head, Regex tail) implements Form {}

    /** A text of any of these, at least two, in the order of their numbers. */
    record Either(List<Regex> parts) implements Form {}

    /** A text of all of these, likewise. */
    record Both(List<Regex> parts) implements Form {}

    /** Every other text. */
    record Not(Regex of) implements Form {}

    /** {@code min} to {@code max} texts of {@code of}; {@link Regexes#UNLIMITED} has no end. */
    record Repeat(Regex of, int min, int max) implements Form {}

    /**
     * The rest of a decimal number in plain digits that is a multiple of {@code p / 10^k}.
     *
     * @param p above 0
     * @param k digits behind the point that count
     * @param remainder modulo p of the digits so far, without the point
     * @param behind -1 before the point, else the digits behind it so far, at most k
     */
    record Multiple(int p, int k, int remainder, int behind) implements Form {}
  }

  /** A language has more states than can be looked through. */
  public static final class TooComplexException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooComplexException(int most) {
      super("more than " + most + " states");
    }
  }

  final Form form;

  /** Where it stands among those of its {@link Regexes}. */
  final int number;

  /** Whether the empty text belongs to it. */
  private final boolean nullable;

  /** Whether it is made without {@code Both} and {@code Not}, so that it is never empty. */
  final boolean plain;

  private final Regexes all;

  /** First code points of the ranges in which all have the same derivative; made when asked. */
  private int[] starts;

  private Regex[] derivatives;

  /** 0 not known, 1 alive, -1 dead. */
  byte life;

  Regex(Form form, int number, boolean nullable, boolean plain, Regexes all) {
    this.form = form;
    this.number = number;
    this.nullable = nullable;
    this.plain = plain;
    this.all = all;
  }

  /** Whether a text may end here. */
  public boolean accepts() {
    return nullable;
  }

  /** Whether every text belongs to it. */
  public boolean isAny() {
    return this == all.any;
  }

  /** Whether some text ends from here. */
  public boolean alive() {
    return StateSearch.alive(this);
  }

  /** What may follow {@code codePoint}, a scalar value; maybe a language that is not alive. */
  public Regex next(int codePoint) {
    return derivative(rangeOf(codePoint));
  }

  /** How many ranges of characters it tells apart. */
  int ranges() {
    return starts().length;
  }

  /** The first code point of a range. */
  int start(int range) {
    return starts()[range];
  }

  /** The range that {@code codePoint} is in. */
  int rangeOf(int codePoint) {
    int found = Arrays.binarySearch(starts(), codePoint);
    return found >= 0 ? found : -found - 2;
  }

  /** What may follow the characters of a range. */
  Regex derivative(int range) {
    int[] s = starts();
    if (derivatives[range] == null) {
      derivatives[range] = Derivatives.of(this, s[range], all);
    }
    return derivatives[range];
  }

  /** Whether some text that begins with a code point in {@code [first, last]} belongs to it. */
  public boolean aliveWithin(int first, int last) {
    for (int range = rangeOf(first); range < ranges() && start(range) <= last; range++) {
      if (derivative(range).alive()) {
        return true;
      }
    }
    return false;
  }

  /**
   * A code point in {@code [first, last]} from which a shortest text goes on, or -1 where none is
   * alive.
   */
  public int bestWithin(int first, int last) {
    int best = -1;
    int length = Integer.MAX_VALUE;
    for (int range = rangeOf(first); range < ranges() && start(range) <= last; range++) {
      Regex rest = derivative(range);
      if (rest.alive()) {
        int n = rest.shortest().length;
        if (n < length) {
          length = n;
          best = Math.max(first, start(range));
        }
      }
    }
    return best;
  }

  /** Code points of a shortest text; it must be alive. */
  public int[] shortest() {
    return StateSearch.shortest(this);
  }

  /** All texts of it, shorter ones first, or null where there are more than {@code most}. */
  public List<String> list(int most) {
    return StateSearch.list(this, most);
  }

  /** Whether all of {@code text} belongs to it. */
  public boolean matches(String text) {
    Regex at = this;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int c = text.codePointAt(i);
      if (c >= CodePoints.FIRST_SURROGATE && c < CodePoints.AFTER_SURROGATES) {
        return false;
      }
      at = at.next(c);
    }
    return at.accepts();
  }

  private int[] starts() {
    if (starts == null) {
      int[] boundaries = Derivatives.boundaries(this);
      derivatives = new Regex[boundaries.length];
      starts = boundaries;
    }
    return starts;
  }
}
