/**
 * What comes from the thread of a guest: first `guest` and `models`, then an answer to each message.
 *
 * @typedef {object} WorkerMessage
 * @property {number} guest what the engine calls the guest
 * @property {number[]} models the ids by which host functions know the granted models
 * @property {string} result JSON
 * @property {{ code: import('../errors/RealmError.js').ErrorCode, message: string }} [error]
 */

export {}
