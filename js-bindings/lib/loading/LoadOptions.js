/** @import { FetchProgress } from '../source/fetchFile.js' */

/**
 * How a model is loaded. Every option may be left out.
 *
 * @typedef {object} LoadOptions
 * @property {number} [contextLength] the most tokens that a prompt and its answer may have together; an integer from 1, up
 *   to what the model was trained for; default: what the model was trained for. Memory is taken as it is used
 * @property {number} [threads] threads that compute; an integer from 1 to 1024; default: as many as there are cores that the
 *   process may use, by its affinity and its container's quota. More than these are slower
 * @property {'f16' | 'q8_0'} [kvCache] how the keys and values of a sequence are kept: as half floats, or as bytes with a
 *   scale for each 32, which takes 53 % of the memory and rounds a little; default: `f16`
 * @property {AbortSignal} [signal] stops the download and the loading, which then reject with an `AbortError`; what was
 *   downloaded stays and is resumed the next time
 * @property {(progress: LoadProgress) => void} [onProgress] hears of each step; it must not throw
 */

/**
 * A step of loading a model: a file is fetched, or bytes are handed to the engine (`copy`: bytes done of all).
 *
 * @typedef {FetchProgress | { phase: 'copy', bytes: number, totalBytes: number }} LoadProgress
 */

/**
 * A model: a name of the catalog, a path of a GGUF file, `hf:owner/repo/file`, a URL, or the bytes of a GGUF file.
 *
 * @typedef {string | URL | Uint8Array | ArrayBuffer} ModelSource
 */

export {}
