/**
 * Options of the calls on stored models. Every option may be left out.
 *
 * @typedef {object} CallOptions
 * @property {AbortSignal} [signal] stops it; the call then rejects with an `AbortError`. Work that has not begun is left
 *   out; work that runs goes to its end, and its result is dropped
 */

export {}
