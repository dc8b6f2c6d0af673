import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { RealmError } from '../errors/RealmError.js'
import { checkExtents, mustRun, readGgufHead } from './ggufHead.js'

/** @import { FileFormat } from './parseSource.js' */

/**
 * The first bytes of the files of each format.
 *
 * @type {Record<FileFormat, string>}
 */
const STARTS = { GGUF: 'GGUF', jar: 'PK\x03\x04' }

/**
 * What a received file must be.
 *
 * @typedef {object} Expectation
 * @property {FileFormat} [format] default `GGUF`
 * @property {string} [toRun] the model's name, where the engine must be able to run it
 * @property {number} [size] the bytes that it must have
 * @property {string} [sha256] the SHA-256 that it must have, in lower-case hex
 */

/**
 * Checks that a received file is of its format, that a model's tensors are all within it, and that it is the expected one
 * where a size or a sum is given.
 *
 * @param {string} path
 * @param {Expectation & { signal?: AbortSignal, onBytes?: (checked: number, total: number) => void }} [options]
 * @throws {RealmError} `DOWNLOAD_FAILED` for another format or a broken file, `CHECKSUM_MISMATCH` for another file of this
 *   format, `UNSUPPORTED_ARCHITECTURE` or `UNSUPPORTED_TYPE` for one that does not run
 */
export async function verifyFile(path, { format = 'GGUF', toRun, size, sha256, signal, onBytes } = {}) {
  const actual = await stat(path)
  await mustStartAs(path, format, actual.size)
  if (size !== undefined && actual.size !== size) {
    throw new RealmError('CHECKSUM_MISMATCH', `it delivers ${actual.size} bytes, expected ${size}`)
  }
  if (format === 'GGUF') await admitModel(path, { available: actual.size, total: actual.size, toRun })
  if (sha256 === undefined) return
  const hash = createHash('sha256')
  let checked = 0
  for await (const chunk of createReadStream(path, { signal, highWaterMark: 1 << 20 })) {
    hash.update(chunk)
    checked += chunk.length
    onBytes?.(checked, actual.size)
  }
  const sum = hash.digest('hex')
  if (sum !== sha256) {
    throw new RealmError('CHECKSUM_MISMATCH', `it delivers a file of the SHA-256 ${sum}, expected ${sha256}`)
  }
}

/**
 * Looks at the head of a model's file, of which at least the start is there.
 *
 * @param {string} path
 * @param {{ available: number, total?: number, toRun?: string }} options `available`: bytes that are there; `total`: bytes
 *   of the whole file; `toRun`: the model's name, where the engine must be able to run it
 * @returns {Promise<boolean>} whether it is a whole file's head; false where more bytes are needed to tell
 * @throws {RealmError} `DOWNLOAD_FAILED` for another format or a broken file, `UNSUPPORTED_ARCHITECTURE` or
 *   `UNSUPPORTED_TYPE` for one that does not run
 */
export async function admitModel(path, { available, total, toRun }) {
  await mustStartAs(path, 'GGUF', total ?? available)
  try {
    const head = await readGgufHead(path, available, total)
    if (head && total !== undefined) checkExtents(head, total)
    if (head && toRun !== undefined) mustRun(head, toRun)
    return head !== undefined
  } catch (error) {
    if (!(error instanceof RealmError) || !error.code.startsWith('GGUF_')) throw error
    throw new RealmError('DOWNLOAD_FAILED', `it delivers a broken GGUF file: ${error.message}`, {
      cause: error,
    })
  }
}

/**
 * @param {string} path
 * @param {FileFormat} format
 * @param {number} size its bytes, for the message
 */
async function mustStartAs(path, format, size) {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    const start = buffer.toString('latin1', 0, bytesRead)
    if (start === STARTS[format]) return
    throw new RealmError(
      'DOWNLOAD_FAILED',
      `it delivers no ${format} file: ${size} bytes that start with ${JSON.stringify(start)}`,
    )
  } finally {
    await handle.close()
  }
}
