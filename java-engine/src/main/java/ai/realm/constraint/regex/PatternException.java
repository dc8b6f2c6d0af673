package ai.realm.constraint.regex;

/** A pattern is none, or not one of a regular language; the message says what is wrong with it. */
public final class PatternException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With this message. */
  public PatternException(String message) {
    super(message);
  }
}
