import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { RealmError } from '../errors/RealmError.js'

/** @import { FileFormat } from './parseSource.js' */

/**
 * The first bytes of the files of each format.
 *
 * @type {Record<FileFormat, string>}
 */
const STARTS = { GGUF: 'GGUF', jar: 'PK\x03\x04' }

/**
 * Checks that a received file is of its format, and that it is the expected one where a size or a sum is given.
 *
 * @param {string} path
 * @param {object} [options]
 * @param {FileFormat} [options.format] default `GGUF`
 * @param {number} [options.size] the bytes that it must have
 * @param {string} [options.sha256] the SHA-256 that it must have, in lower-case hex
 * @param {AbortSignal} [options.signal]
 * @param {(checked: number, total: number) => void} [options.onBytes]
 * @throws {RealmError} `DOWNLOAD_FAILED` for another format, `CHECKSUM_MISMATCH` for another file of this format
 */
export async function verifyFile(path, { format = 'GGUF', size, sha256, signal, onBytes } = {}) {
  const actual = await stat(path)
  const magic = await readStart(path)
  if (magic.toString('latin1') !== STARTS[format]) {
    throw new RealmError(
      'DOWNLOAD_FAILED',
      `it delivers no ${format} file: ${actual.size} bytes that start with ${JSON.stringify(magic.toString('latin1'))}`,
    )
  }
  if (size !== undefined && actual.size !== size) {
    throw new RealmError('CHECKSUM_MISMATCH', `it delivers ${actual.size} bytes, expected ${size}`)
  }
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

/** @param {string} path */
async function readStart(path) {
  const handle = await open(path)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
