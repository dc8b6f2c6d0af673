import { RealmError } from './RealmError.js'

/** @import { GenerateResult } from '../types.d.ts' */

/** The caller's signal ended the work: `code` is `ABORTED`, `cause` is the signal's reason. */
export class AbortError extends RealmError {
  /**
   * What a generation had made until then, with the `finishReason` `abort`; undefined where nothing was being
   * generated yet.
   *
   * @readonly
   * @type {GenerateResult | undefined}
   */
  result

  /**
   * @param {unknown} reason the signal's reason
   * @param {GenerateResult} [result] what a generation had made until then
   */
  constructor(reason, result) {
    super('ABORTED', 'The work was stopped because its signal was aborted; `cause` holds the reason.', {
      cause: reason,
    })
    this.result = result
  }

  /** `AbortError`, as for the platform's own aborts. */
  get name() {
    return 'AbortError'
  }
}

/**
 * Throws where the work is no longer wanted.
 *
 * @param {AbortSignal} [signal]
 * @throws {AbortError}
 */
export function throwIfAborted(signal) {
  if (signal?.aborted) throw new AbortError(signal.reason)
}
