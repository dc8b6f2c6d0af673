import { abortSignal, integerIn } from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'
import { startBridge } from './bridge/startBridge.js'
import { EngineModel } from './EngineModel.js'
import { claimChecks } from './generation/claimChecks.js'
import { Vocabulary } from './Vocabulary.js'

/** @import { Model } from './Model.js' */

/**
 * What a GGUF file holds.
 *
 * @typedef {object} Inspection
 * @property {Record<string, unknown>} metadata its key-value pairs; integers beyond 2^53 - 1 and numbers that are not
 *   finite are strings, such as `18446744073709551615` and `NaN`
 * @property {{ name: string, type: string, shape: number[], offset: number, bytes: number }[]} tensors the fastest varying
 *   dimension comes first; `offset` and `bytes` lie within the file
 */

/**
 * Reads what a GGUF file holds, without loading it as a model.
 *
 * @param {string} path
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<Inspection>}
 * @throws {import('./errors/RealmError.js').RealmError} `FILE_NOT_FOUND`, `IO_ERROR`, `GGUF_…`, `UNSUPPORTED_TYPE`
 */
export async function inspect(path, { signal } = {}) {
  const bridge = await startBridge()
  return bridge.open('inspect', { path }, { signal })
}

/**
 * Opens the tokenizer of a GGUF file, which may hold nothing else.
 *
 * @param {string} path
 * @param {{ signal?: AbortSignal }} [options]
 * @returns {Promise<Vocabulary>} to be disposed when it is no longer needed
 * @throws {import('./errors/RealmError.js').RealmError} `FILE_NOT_FOUND`, `IO_ERROR`, `GGUF_…`, `MODEL_INVALID` or
 *   `UNSUPPORTED_TOKENIZER`
 */
export async function openVocabulary(path, { signal } = {}) {
  const bridge = await startBridge()
  return new Vocabulary(new EngineModel(bridge, await bridge.open('openVocabulary', { path }, { signal })))
}

/**
 * What a model expects after each token of a sequence.
 *
 * @typedef {object} Logits
 * @property {number[]} ids the sequence
 * @property {[id: number, logProbability: number][][]} top for each token of the sequence, the most probable next tokens,
 *   the best first; natural logarithms, over the whole vocabulary
 */

/**
 * Runs a model over a sequence and tells the most probable next tokens after each of its tokens.
 *
 * @param {Model} model
 * @param {readonly number[]} ids at least one; the engine checks them
 * @param {object} [options]
 * @param {number} [options.top] how many next tokens to tell; an integer from 1; default 200
 * @param {number} [options.batch] how many tokens of the sequence a step takes in: 1 is the way of decoding; an integer
 *   from 1; default: as many as a prefill takes
 * @param {string} [options.tenant] for whom it is, as in `GenerateOptions`; default: an empty name
 * @param {number} [options.priority] an integer from -10 to 10, as in `GenerateOptions`; default 0
 * @param {number} [options.deadline] milliseconds, as in `GenerateOptions`; default: none
 * @param {AbortSignal} [options.signal] stops it
 * @returns {Promise<Logits>}
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `TOKEN_OUT_OF_RANGE`, `CONTEXT_OVERFLOW`,
 *   `OVERLOADED`, `DEADLINE_EXCEEDED`, `OUT_OF_MEMORY` or `DISPOSED`
 */
export async function logits(model, ids, options = {}) {
  const fromOne = integerIn({ from: 1, to: 2 ** 31 - 1 })
  const { signal, ...settings } = readOptions(
    options,
    { top: fromOne, batch: fromOne, ...claimChecks, signal: abortSignal },
    { what: 'the options of logits' },
  )
  return model.engine.open('logits', { ids: [...ids], top: 200, ...settings }, { signal })
}

/**
 * What the engine runs on.
 *
 * @typedef {object} EngineInfo
 * @property {string} java the version of the Java virtual machine
 * @property {string} kernels the arithmetic that was chosen for this machine
 * @property {string} reason why
 * @property {string} version the engine's
 */

/**
 * Starts the engine, if it does not run yet, and asks what it runs on.
 *
 * @returns {Promise<EngineInfo>}
 * @throws {import('./errors/RealmError.js').RealmError} `JAVA_NOT_FOUND`, `ADDON_NOT_FOUND` or `JVM_START_FAILED`
 */
export async function engineInfo() {
  const bridge = await startBridge()
  return bridge.call('engineInfo', {})
}
