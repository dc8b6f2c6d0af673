import { startBridge } from './bridge/startBridge.js'

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
