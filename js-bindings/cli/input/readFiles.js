import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { RealmError } from '../../lib/errors/RealmError.js'

/**
 * Reads a file that the user named; `-` is stdin.
 *
 * @param {string} path
 * @returns {Promise<string>}
 * @throws {RealmError} `FILE_NOT_FOUND`, `IO_ERROR`, or `INVALID_ARGUMENT` where it is not UTF-8
 */
export async function readTextFile(path) {
  const bytes = await (path === '-' ? buffer(process.stdin) : readFile(path)).catch((error) => {
    if (error.code === 'ENOENT') {
      throw new RealmError('FILE_NOT_FOUND', `No file at ${path}; expected one to read.`, { cause: error })
    }
    throw new RealmError('IO_ERROR', `${path} cannot be read: ${error.message}.`, { cause: error })
  })
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes)
  } catch (error) {
    const what = path === '-' ? 'stdin' : path
    throw new RealmError('INVALID_ARGUMENT', `${what} is no UTF-8 text; expected one.`, { cause: error })
  }
}

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
