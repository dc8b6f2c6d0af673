import cliProgress from 'cli-progress'
import { formatBytes } from './formatBytes.js'

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

  /**
   * Takes a step of the loading.
   *
   * @param {LoadProgress} progress
   */
  show = (progress) => {
    if (progress.phase === 'copy') return
    if (progress.phase === 'wait') {
      this.#line(`Another process is fetching ${progress.file}: waiting for it`)
    } else if (progress.phase === 'failed') {
      this.stop()
      this.#failures += `Not from ${shorten(progress.source)}: ${progress.reason}\n`
    } else {
      const { phase, file, source, bytes } = progress
      const step = `${phase} ${file} ${source}`
      if (step !== this.#step) this.#start(progress)
      this.#step = step
      this.#bar?.update(bytes, { done: formatBytes(bytes) })
    }
  }

  /** Ends what is shown; to be called before anything else is printed. */
  stop() {
    this.#bar?.stop()
    this.#bar = undefined
  }

  /** @param {LoadProgress & { phase: keyof typeof ACTIONS }} progress */
  #start({ phase, file, source, totalBytes }) {
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
    const format = totalBytes === undefined ? '{done}' : '{bar} {percentage} % of {size}'
    this.#bar = new cliProgress.SingleBar(
      { format: `${ACTIONS[phase].padEnd(9)} ${format}`, stream: process.stderr, hideCursor: true, fps: 10 },
      cliProgress.Presets.shades_classic,
    )
    this.#bar.start(totalBytes ?? 0, 0, { size, done: '' })
  }

  /** @param {string} text */
  #line(text) {
    this.stop()
    process.stderr.write(`${text}\n`)
  }
}

/**
 * Of an address, its host.
 *
 * @param {string} source
 */
function shorten(source) {
  return URL.canParse(source) ? new URL(source).host || source : source
}
