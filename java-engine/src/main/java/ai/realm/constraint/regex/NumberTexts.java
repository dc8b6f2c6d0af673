package ai.realm.constraint.regex;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON's numbers as texts: {@code -?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?}, and those of a range or
 * of a step, in plain digits.
 *
 * <p>A number with a bound or a step has at most 15 digits, so that every reader, with its doubles,
 * finds it on the side of the bound where it is written.
 */
public final class NumberTexts {
  /** Decimal digits that a double keeps apart. */
  private static final int EXACT_DIGITS = 15;

  /** Digits behind the point of a number with bounds, where these have no more. */
  private static final int USUAL_DECIMALS = 6;

  /** Digits of a number without bounds on either side of its point. */
  private static final int MOST_DIGITS = 20;

  private static final int MOST_STEP = 1_000_000;

  private final Regexes all;
  private final Regex digit;
  private final Regex minus;
  private final Regex point;

  /** For languages of {@code all}. */
  public NumberTexts(Regexes all) {
    this.all = all;
    this.digit = all.oneOf(CodePoints.range('0', '9'));
    this.minus = all.text("-");
    this.point = all.text(".");
  }

  /** Every number, all of them within a double's range. */
  public Regex any() {
    Regex exponent =
        all.sequence(
            all.oneOf(CodePoints.of("eE")),
            all.optional(all.oneOf(CodePoints.of("+-"))),
            all.either(
                all.repeat(digit, 1, 2),
                all.then(all.oneOf(CodePoints.of("12")), all.repeat(digit, 2, 2)),
                all.then(all.text("30"), all.oneOf(CodePoints.range('0', '7')))));
    Regex scientific =
        all.sequence(
            all.optional(minus),
            digit,
            all.optional(all.then(point, all.repeat(digit, 1, MOST_DIGITS))),
            exponent);
    return all.either(decimal(MOST_DIGITS, MOST_DIGITS), scientific, largest());
  }

  /** Every integer, in plain digits, or where it is large as JavaScript writes it. */
  public Regex integer() {
    Regex exponent =
        all.sequence(
            all.oneOf(CodePoints.of("eE")),
            all.optional(all.text("+")),
            all.either(
                all.then(all.text("2"), all.oneOf(CodePoints.range('1', '9'))),
                all.then(all.oneOf(CodePoints.range('3', '9')), digit),
                all.then(all.oneOf(CodePoints.of("12")), all.repeat(digit, 2, 2)),
                all.then(all.text("30"), all.oneOf(CodePoints.range('0', '7')))));
    Regex large =
        all.sequence(
            all.optional(minus),
            all.oneOf(CodePoints.range('1', '9')),
            all.optional(all.then(point, all.repeat(digit, 1, MOST_DIGITS))),
            exponent);
    return all.either(decimal(MOST_DIGITS + 1, 0), large, largest());
  }

  /** From 1e308 to 1.69…e308: the last ones that a double holds. */
  private Regex largest() {
    return all.sequence(
        all.optional(minus),
        all.text("1"),
        all.optional(
            all.sequence(
                point, all.oneOf(CodePoints.range('0', '6')), all.repeat(digit, 0, EXACT_DIGITS))),
        all.oneOf(CodePoints.of("eE")),
        all.optional(all.text("+")),
        all.text("308"));
  }

  /** Numbers in plain digits, so many at most before and behind the point. */
  private Regex decimal(int before, int behind) {
    Regex whole =
        all.either(
            all.text("0"),
            all.then(all.oneOf(CodePoints.range('1', '9')), all.repeat(digit, 0, before - 1)));
    Regex fraction = all.optional(all.then(point, all.repeat(digit, 1, Math.max(behind, 1))));
    return all.sequence(all.optional(minus), whole, behind == 0 ? all.empty : fraction);
  }

  /** Numbers in plain digits with as many as can be told apart, so many of them decimals. */
  public Regex exact(int decimals) {
    int behind = Math.min(Math.max(decimals, USUAL_DECIMALS), EXACT_DIGITS - 1);
    return decimal(EXACT_DIGITS - behind, behind);
  }

  /** Integers in plain digits with as many as can be told apart. */
  public Regex exactInteger() {
    return decimal(EXACT_DIGITS, 0);
  }

  /** The numbers that have decimals other than 0. */
  public Regex broken() {
    Regex decimals =
        all.sequence(all.any, point, all.any, all.oneOf(CodePoints.range('1', '9')), all.any);
    return all.both(exact(USUAL_DECIMALS), decimals);
  }

  /** One number, as JavaScript writes it. */
  public Regex exactly(BigDecimal value) {
    double d = value.doubleValue();
    if (new BigDecimal(d).compareTo(value) == 0 && d == Math.rint(d) && Math.abs(d) < 1e21) {
      return all.text(value.signum() == 0 ? "0" : new BigDecimal(d).toBigInteger().toString());
    }
    BigDecimal plain = value.stripTrailingZeros();
    int exponent = plain.precision() - plain.scale() - 1;
    if (exponent >= -7 && exponent < 21) {
      return all.text(plain.toPlainString());
    }
    String digits = plain.unscaledValue().abs().toString();
    String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
    String text =
        (plain.signum() < 0 ? "-" : "") + mantissa + "e" + (exponent > 0 ? "+" : "") + exponent;
    return all.text(text);
  }

  /** Numbers in plain digits at or above {@code bound}, or only above it. */
  public Regex atLeast(BigDecimal bound, boolean strict) {
    if (bound.signum() > 0) {
      return above(bound, strict);
    }
    if (bound.signum() == 0) {
      return strict ? above(BigDecimal.ZERO, true) : all.either(zero(), unsigned());
    }
    return all.either(unsigned(), all.then(minus, below(bound.negate(), strict)));
  }

  /** Numbers in plain digits at or below {@code bound}, or only below it. */
  public Regex atMost(BigDecimal bound, boolean strict) {
    if (bound.signum() < 0) {
      return all.then(minus, above(bound.negate(), strict));
    }
    if (bound.signum() == 0) {
      Regex negative = all.then(minus, above(BigDecimal.ZERO, true));
      return strict ? negative : all.either(zero(), negative);
    }
    return all.either(all.then(minus, unsigned()), below(bound, strict));
  }

  private Regex zero() {
    return all.then(all.text("0"), all.optional(all.then(point, zeros(1))));
  }

  private Regex unsigned() {
    return all.sequence(
        all.repeat(digit, 1, Regexes.UNLIMITED),
        all.optional(all.then(point, all.repeat(digit, 1, Regexes.UNLIMITED))));
  }

  /** Without a sign, at or above a bound that is not negative. */
  private Regex above(BigDecimal bound, boolean strict) {
    String whole = bound.toBigInteger().toString();
    String decimals = decimals(bound);
    List<Regex> options = new ArrayList<>();
    Regex anyDecimals = all.optional(all.then(point, all.repeat(digit, 1, Regexes.UNLIMITED)));
    // More digits, none of them a leading zero.
    options.add(
        all.sequence(
            all.oneOf(CodePoints.range('1', '9')),
            all.repeat(digit, whole.length(), Regexes.UNLIMITED),
            anyDecimals));
    for (int i = 0; i < whole.length(); i++) {
      options.add(
          all.sequence(
              all.text(whole.substring(0, i)),
              all.oneOf(CodePoints.range(whole.charAt(i) + 1, '9')),
              all.repeat(digit, whole.length() - 1 - i, whole.length() - 1 - i),
              anyDecimals));
    }
    Regex same = all.text(whole);
    for (int i = 0; i < decimals.length(); i++) {
      options.add(
          all.sequence(
              same,
              point,
              all.text(decimals.substring(0, i)),
              all.oneOf(CodePoints.range(decimals.charAt(i) + 1, '9')),
              all.repeat(digit, 0, Regexes.UNLIMITED)));
    }
    Regex more =
        strict
            ? all.sequence(
                zeros(0),
                all.oneOf(CodePoints.range('1', '9')),
                all.repeat(digit, 0, Regexes.UNLIMITED))
            : all.repeat(digit, 0, Regexes.UNLIMITED);
    if (!decimals.isEmpty()) {
      options.add(all.sequence(same, point, all.text(decimals), more));
    } else {
      options.add(
          all.sequence(same, point, strict ? more : all.repeat(digit, 1, Regexes.UNLIMITED)));
      if (!strict) {
        options.add(same);
      }
    }
    return all.either(options);
  }

  /** Without a sign, at or below a bound that is not negative. */
  private Regex below(BigDecimal bound, boolean strict) {
    String whole = bound.toBigInteger().toString();
    String decimals = decimals(bound);
    List<Regex> options = new ArrayList<>();
    Regex anyDecimals = all.optional(all.then(point, all.repeat(digit, 1, Regexes.UNLIMITED)));
    if (whole.length() > 1) {
      options.add(all.then(all.repeat(digit, 1, whole.length() - 1), anyDecimals));
    }
    for (int i = 0; i < whole.length(); i++) {
      options.add(
          all.sequence(
              all.text(whole.substring(0, i)),
              all.oneOf(CodePoints.range('0', whole.charAt(i) - 1)),
              all.repeat(digit, whole.length() - 1 - i, whole.length() - 1 - i),
              anyDecimals));
    }
    Regex same = all.text(whole);
    for (int i = 0; i < decimals.length(); i++) {
      String known = decimals.substring(0, i);
      options.add(
          all.sequence(
              same,
              point,
              all.text(known),
              all.oneOf(CodePoints.range('0', decimals.charAt(i) - 1)),
              all.repeat(digit, 0, Regexes.UNLIMITED)));
      // The decimals have no zeros at their end, so a part of them is less.
      options.add(i == 0 ? same : all.sequence(same, point, all.text(known)));
    }
    if (!strict) {
      options.add(
          decimals.isEmpty()
              ? all.then(same, all.optional(all.then(point, zeros(1))))
              : all.sequence(same, point, all.text(decimals), zeros(0)));
    }
    return all.either(options);
  }

  private Regex zeros(int least) {
    return all.repeat(all.text("0"), least, Regexes.UNLIMITED);
  }

  /** The digits behind the point, without zeros at their end. */
  private static String decimals(BigDecimal value) {
    BigDecimal fraction = value.subtract(new BigDecimal(value.toBigInteger()));
    if (fraction.signum() == 0) {
      return "";
    }
    return fraction.stripTrailingZeros().toPlainString().substring(2);
  }

  /**
   * The numbers in plain digits that are multiples of a step above 0.
   *
   * @throws PatternException if the step has more digits than can be followed
   */
  public Regex multipleOf(BigDecimal step) {
    BigDecimal plain = step.stripTrailingZeros();
    int k = Math.max(plain.scale(), 0);
    BigInteger p = plain.movePointRight(k).toBigIntegerExact();
    if (p.bitLength() > 31 || p.intValue() > MOST_STEP || k > EXACT_DIGITS) {
      throw new PatternException(
          "multiples of %s cannot be enforced: a step of up to %d, or so many of its decimals, can"
              .formatted(step.toPlainString(), MOST_STEP));
    }
    return all.multiple(p.intValue(), k);
  }
}
