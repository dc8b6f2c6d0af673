/** @import { Model } from '../Model.js' */

/**
 * How a guest is made.
 *
 * @typedef {object} GuestOptions
 * @property {'graaljs' | 'graalwasm' | 'wasm'} engine what runs it: `graaljs` a script, in the Java machine; `graalwasm` a
 *   WebAssembly module, in the Java machine; `wasm` a WebAssembly module, in a worker thread of Node
 * @property {string | ArrayBuffer | ArrayBufferView} source of `graaljs` the text of a script, whose global functions can be
 *   called; else the bytes of a module, whose exported functions can be called
 * @property {GuestGrants} [grants] what it may use; default: no model
 * @property {GuestLimits} [limits] what ends it
 * @property {AbortSignal} [signal] stops the creation, and later ends the guest
 * @property {(progress: import('../source/fetchFile.js').FetchProgress) => void} [onProgress] hears of the jars of an engine
 *   that are fetched where it is used for the first time
 */

/**
 * What a guest may use. What is not granted is to it as if it did not exist.
 *
 * @typedef {object} GuestGrants
 * @property {readonly Model[]} [models] the models that it has; default: none. A model is disposed only once the guests that
 *   have it are closed
 * @property {number} [maxTokens] tokens that it may generate in all; an integer from 0; default: no limit
 * @property {number} [memoryMb] mebibytes that its own memory may have, and as many for what it has the host keep; an
 *   integer from 1 to 65536; default 256
 */

/**
 * What ends a guest.
 *
 * @typedef {object} GuestLimits
 * @property {number} [timeMs] milliseconds that a call may take, and the reading of the source; an integer from
 *   1; default 60000
 */

export {}
