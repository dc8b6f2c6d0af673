import { createHash, timingSafeEqual } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { parse } from 'yaml'
import { RealmError } from '../../errors/RealmError.js'
import { HttpError } from '../errors/HttpError.js'
import { readKeys } from './readKeys.js'

/** @import { HandlerLog, KeyEntry } from '../types.d.ts' */

/** Milliseconds between two looks at the key file. */
const LOOK_MS = 1000

/** Who may ask: keys by their SHA-256 sums, from a file that is read again when it has changed, or as they are given. */
export class Keys {
  /** @type {KeyEntry[]} */
  #entries = []
  #file
  #log
  #state = ''
  #lookedAt = Number.NEGATIVE_INFINITY

  /**
   * @param {string | readonly KeyEntry[]} keys a path, or entries
   * @param {HandlerLog} log hears of a file that cannot be read any more; the keys before stay
   * @throws {RealmError} `INVALID_ARGUMENT`, `FILE_NOT_FOUND` or `IO_ERROR` if they cannot be read at first
   */
  constructor(keys, log) {
    this.#log = log
    if (typeof keys === 'string') {
      this.#file = keys
      this.#read(keys)
    } else this.#entries = readKeys(keys, 'keys')
  }

  /**
   * Whose key a request has. It takes as long for a key that is there as for one that is not.
   *
   * @param {Headers} headers `authorization: Bearer KEY`, or Anthropic's `x-api-key`
   * @returns {KeyEntry}
   * @throws {HttpError} `invalid_api_key`
   */
  identify(headers) {
    this.#renew()
    const given =
      /^Bearer (.+)$/i.exec(headers.get('authorization') ?? '')?.[1] ?? headers.get('x-api-key') ?? ''
    const sum = createHash('sha256').update(given.trim()).digest()
    /** @type {KeyEntry | undefined} */
    let found
    for (const entry of this.#entries) {
      if (timingSafeEqual(sum, Buffer.from(entry.sha256, 'hex'))) found = entry
    }
    if (found !== undefined && given !== '') return found
    const message =
      given === '' ? 'No key: send it as authorization: Bearer KEY.' : 'The key is not known here.'
    throw new HttpError('invalid_api_key', message, { headers: { 'www-authenticate': 'Bearer' } })
  }

  /** Reads the file again if it has changed. */
  #renew() {
    const now = performance.now()
    if (this.#file === undefined || now - this.#lookedAt < LOOK_MS) return
    this.#lookedAt = now
    try {
      if (stateOf(this.#file) !== this.#state) this.#read(this.#file)
    } catch (error) {
      this.#log.error({ err: error, file: this.#file }, 'the key file cannot be read: the keys before stay')
    }
  }

  /** @param {string} file */
  #read(file) {
    const state = attempt(file, () => stateOf(file))
    const text = attempt(file, () => readFileSync(file, 'utf8'))
    // A file that cannot be read is told of once.
    this.#state = state
    let given
    try {
      given = parse(text)
    } catch (error) {
      throw new RealmError(
        'INVALID_ARGUMENT',
        `${file}: expected JSON or YAML: { keys: [{ name, sha256 }] }.`,
        { cause: error },
      )
    }
    this.#entries = readKeys(Array.isArray(given) ? given : given?.keys, `${file}: keys`)
  }
}

/** @param {string} file */
function stateOf(file) {
  const { mtimeMs, size, ino } = statSync(file)
  return `${mtimeMs} ${size} ${ino}`
}

/**
 * @template T
 * @param {string} file
 * @param {() => T} read
 */
function attempt(file, read) {
  try {
    return read()
  } catch (error) {
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
    throw new RealmError(
      code === 'ENOENT' ? 'FILE_NOT_FOUND' : 'IO_ERROR',
      `The key file ${file} cannot be read: ${message}. Give one as docs/server.md has it.`,
      { cause: error },
    )
  }
}
