import cliProgress from 'cli-progress'
import { formatBytes, printable } from './print.js'

/** @import { LoadProgress } from '../../lib/types.d.ts' */

const ACTIONS = { download: 'Fetching', unpack: 'Unpacking', verify: 'Checking' }

/**
 * Shows on stderr how a model is fetched: a bar for each step on a terminal, a line for each step elsewhere. It is silent
 * where nothing has to be fetched.
 */
export class FetchDisplay {
  /** The step that is shown: its phase, file and source. */
  #step = ''
  /** Why sources did not deliver: told once another is tried, since the error tells it where none is left. */
  #failures = ''
  /** @type {import('cli-progress').SingleBar | undefined} */
  #bar
  /** Where the step was when it began to be shown: what is resumed was not fetched now. */
  #since = { bytes: 0, time: 0 }

  /**
   * Takes a step of the loading.
   *
   * @param {LoadProgress} progress
   */
  show = (progress) => {
    if (progress.phase === 'copy') return
    if (progress.phase === 'wait') {
      this.#line(`Another process is fetching ${nameOf(progress)}: waiting for it`)
    } else if (progress.phase === 'failed') {
      this.stop()
      this.#failures += `${printable(`Not from ${shorten(progress.source)}: ${progress.reason}`)}\n`
    } else {
      const { phase, file, source, bytes, totalBytes } = progress
      const step = `${phase} ${file} ${source}`
      if (step !== this.#step) this.#start(progress)
      this.#step = step
      this.#bar?.update(bytes, { done: formatBytes(bytes), speed: this.#speed(bytes, totalBytes) })
    }
  }

  /** Ends what is shown; to be called before anything else is printed. */
  stop() {
    this.#bar?.stop()
    this.#bar = undefined
  }

  /** @param {LoadProgress & { phase: keyof typeof ACTIONS }} progress */
  #start(progress) {
    const { phase, source, bytes, totalBytes } = progress
    const file = nameOf(progress)
    this.#since = { bytes, time: performance.now() }
    process.stderr.write(this.#failures)
    this.#failures = ''
    const size = totalBytes === undefined ? '' : formatBytes(totalBytes)
    const what = phase === 'download' ? `${file} from ${shorten(source)}` : file
    if (!process.stderr.isTTY) {
      this.#line(`${ACTIONS[phase]} ${what}${size && ` (${size})`}`)
      return
    }
    this.stop()
    if (phase === 'download') this.#line(`${ACTIONS[phase]} ${what}`)
    const format = totalBytes === undefined ? '{done}  {speed}' : '{bar} {percentage} % of {size}  {speed}'
    this.#bar = new cliProgress.SingleBar(
      { format: `${ACTIONS[phase].padEnd(9)} ${format}`, stream: process.stderr, hideCursor: true, fps: 10 },
      cliProgress.Presets.shades_classic,
    )
    this.#bar.start(totalBytes ?? 0, bytes, { size, done: formatBytes(bytes), speed: '' })
  }

  /**
   * The mean speed of the step, and how long it still takes at that; nothing in its first second.
   *
   * @param {number} bytes
   * @param {number | undefined} totalBytes
   */
  #speed(bytes, totalBytes) {
    const seconds = (performance.now() - this.#since.time) / 1000
    const rate = (bytes - this.#since.bytes) / seconds
    if (seconds < 1 || rate <= 0) return ''
    const left = totalBytes === undefined ? undefined : Math.ceil((totalBytes - bytes) / rate)
    const time =
      left === undefined ? '' : left < 100 ? `, ${left} s left` : `, ${Math.ceil(left / 60)} min left`
    return `${formatBytes(rate)}/s${time}`
  }

  /** @param {string} text */
  #line(text) {
    this.stop()
    process.stderr.write(`${printable(text)}\n`)
  }
}

/**
 * A file's name, and which part of a model in several files it is.
 *
 * @param {{ file: string, part?: number, parts?: number }} progress
 */
function nameOf({ file, part, parts }) {
  return part === undefined ? file : `${file} (${part} of ${parts})`
}

/**
 * Of an address, its host.
 *
 * @param {string} source
 */
function shorten(source) {
  return URL.canParse(source) ? new URL(source).host || source : source
}
