package ai.realm.sampling;

import ai.realm.error.EngineException;
import ai.realm.error.ErrorCode;

/** Checks of the options of samplers. */
final class Ranges {
  private Ranges() {}

  /**
   * Refuses a number that is not in {@code [from, to]}.
   *
   * @throws EngineException {@code INVALID_ARGUMENT}, naming the option
   */
  static void check(String option, double value, double from, double to) {
    check(
        option, value, value >= from && value <= to, "in [%s, %s]".formatted(text(from), text(to)));
  }

  /** Refuses what is not valid, likewise. */
  static void check(String option, Object value, boolean valid, String expected) {
    if (!valid) {
      throw new EngineException(
          ErrorCode.INVALID_ARGUMENT, option + " is " + value + "; it must be " + expected);
    }
  }

  private static String text(double number) {
    return number == (long) number ? Long.toString((long) number) : Double.toString(number);
  }
}
