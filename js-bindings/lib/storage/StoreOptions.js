/**
 * How a model is stored. Every option may be left out.
 *
 * @typedef {object} StoreOptions
 * @property {AbortSignal} [signal] stops it; `storeModel` then rejects with an `AbortError`, and nothing is stored
 */

export {}
