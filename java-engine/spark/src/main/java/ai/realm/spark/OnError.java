package ai.realm.spark;

import ai.realm.error.ErrorCode;

/** What becomes of a row whose text the model refuses. */
public enum OnError {
  /** The task fails, and with it the job, once Spark has tried it as often as it does. */
  FAIL,
  /** The row's result is null. What is no fault of the row fails the task all the same. */
  NULL;

  /**
   * Whether the result of a row that failed so is null. Everything else, such as a lack of memory
   * or an executor that ends, may go well in another attempt, or is wrong for all rows.
   */
  boolean forgives(ErrorCode code) {
    return this == NULL
        && switch (code) {
          // A text that is too long, or that has no token: all else was checked before the rows.
          case CONTEXT_OVERFLOW, INVALID_ARGUMENT -> true;
          default -> false;
        };
  }
}
