package ai.realm.kernels;

/** Whether a model's weights may take more memory than the system has free. */
public enum Overcommit {
  /** Then it is refused, before anything is read: the system would end the process. */
  REFUSED,
  /** The caller knows better, or has swap. */
  ALLOWED
}
