import { RealmError } from '../../lib/errors/RealmError.js'
import { readTextFile } from './readTextFile.js'

/**
 * Reads a JSON file that the user named.
 *
 * @template T
 * @param {string} path
 * @param {(value: unknown) => value is T} isExpected
 * @param {string} expected what it should hold, for the error's message
 * @returns {Promise<T>}
 * @throws {RealmError} `FILE_NOT_FOUND`, `IO_ERROR`, or `INVALID_ARGUMENT` where it holds something else
 */
export async function readJsonFile(path, isExpected, expected) {
  const text = await readTextFile(path)
  /** @type {unknown} */
  let value
  try {
    value = JSON.parse(text)
  } catch (error) {
    const reason = /** @type {Error} */ (error).message
    throw new RealmError('INVALID_ARGUMENT', `${path} is no JSON (${reason}); expected ${expected}.`, {
      cause: error,
    })
  }
  if (isExpected(value)) return value
  throw new RealmError('INVALID_ARGUMENT', `${path} holds other JSON than expected: ${expected}.`)
}
