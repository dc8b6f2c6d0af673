import { invalidArgument } from './invalidArgument.js'

/**
 * A check for an AbortSignal, of this realm or another one.
 *
 * @param {unknown} value
 * @param {string} name
 */
export function abortSignal(value, name) {
  const signal = /** @type {AbortSignal} */ (value)
  const fits =
    typeof value === 'object' &&
    value !== null &&
    typeof signal.aborted === 'boolean' &&
    typeof signal.addEventListener === 'function' &&
    typeof signal.removeEventListener === 'function'
  if (!fits) throw invalidArgument(name, value, 'an AbortSignal', 'new AbortController().signal is one.')
  return signal
}
