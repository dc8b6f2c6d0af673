package ai.realm.bridge;

/** Where the events of jobs go: to JavaScript. */
@FunctionalInterface
public interface EventSink {
  /** A piece of text: the payload is the text itself. */
  int TEXT = 1;

  /** The result of a job, as JSON; it ends the job. */
  int RESULT = 2;

  /** The failure of a job, as JSON {@code {code, message, result?}}; it ends the job. */
  int ERROR = 3;

  /** How far a job has come, as JSON. */
  int PROGRESS = 4;

  /** A part of what a job makes, as JSON: a piece of text with more that belongs to it. */
  int PART = 5;

  /**
   * Hands an event over without waiting for JavaScript; the events of one job arrive in order.
   *
   * @param job the id of the job
   * @param kind one of the kinds above
   * @param payload text or JSON, by the kind
   * @return false if JavaScript no longer listens to the job
   */
  boolean emit(long job, int kind, String payload);
}
