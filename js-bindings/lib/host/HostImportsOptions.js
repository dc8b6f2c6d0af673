/** @import { Model } from '../Model.js' */

/**
 * What a guest is granted. What is not is to it as if it did not exist. Every option may be left out.
 *
 * @typedef {object} HostImportsOptions
 * @property {readonly (Model | number)[]} [models] the models that it has: loaded ones, or ids that `storeModel` gave;
 *   default: none. A loaded model is disposed only once the guests that have it are closed
 * @property {number} [maxTokens] tokens that it may generate in all, by `realm_generate` or by `realm_compute_logits`, of
 *   which each call is one; an integer from 0; default: no limit
 * @property {number} [maxSessions] sessions that it may have open at a time; an integer from 0; default: no limit
 * @property {number} [maxBytes] bytes of the host's memory that it may take at a time, for models that it stores and for
 *   the KV caches of its sessions and texts; an integer from 0; default: no limit
 * @property {(pointer: number, length: number) => unknown} [streamToken] is called within `realm_generate` with each piece
 *   of the text, whole characters of UTF-8 at `pointer` in the memory: for a guest that exports it,
 *   `(pointer, length) => instance.exports.realm_stream_token(pointer, length)`. If it throws, the text ends as `ABORTED`;
 *   what it threw is the `cause` of `lastError()`. Default: none, and no text is written before its end
 */

export {}
