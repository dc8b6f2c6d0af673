/** A job has another worker now: what this one made of it is for nobody. It never leaves the worker. */
export class LostLockError extends Error {
  constructor() {
    super('The lock of the job was lost: another worker has it, or will.')
  }
}

/** Somebody cancelled the job; the message says why. */
export class CancelledError extends Error {}

/** The worker is closed: the job goes back to those that wait. */
export class ClosingError extends Error {
  constructor() {
    super('The worker is being closed.')
  }
}
