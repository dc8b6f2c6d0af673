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

/**
 * What is to be done when a signal is aborted. Each signal has one listener, however many calls wait for it: from the
 * eleventh on Node would warn of a leak.
 *
 * @type {WeakMap<AbortSignal, { actions: Set<() => void>, listener: () => void }>}
 */
const waiting = new WeakMap()

/**
 * Does something when a signal is aborted.
 *
 * @param {AbortSignal | undefined} signal one that is not aborted yet
 * @param {() => void} action must not throw
 * @returns {() => void} to be called when the action is no longer wanted
 */
export function onAbort(signal, action) {
  if (signal === undefined) return () => undefined
  // One set entry a call, also where the same function is given twice.
  const own = () => action()
  const known = waiting.get(signal) ?? listenTo(signal)
  known.actions.add(own)
  return () => {
    known.actions.delete(own)
    if (known.actions.size > 0 || waiting.get(signal) !== known) return
    waiting.delete(signal)
    signal.removeEventListener('abort', known.listener)
  }
}

/** @param {AbortSignal} signal */
function listenTo(signal) {
  /** @type {Set<() => void>} */
  const actions = new Set()
  const listener = () => {
    waiting.delete(signal)
    for (const action of actions) action()
  }
  const listening = { actions, listener }
  waiting.set(signal, listening)
  signal.addEventListener('abort', listener, { once: true })
  return listening
}
