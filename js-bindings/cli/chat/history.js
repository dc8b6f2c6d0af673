import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { cacheHome } from '../../lib/source/cacheFolders.js'

/** How many lines are kept. */
const MOST = 1000

/** The file of what was typed: lines of JSON, the oldest first. */
export function historyFile() {
  return join(cacheHome(), 'realm', 'chat-history.jsonl')
}

/**
 * What was typed in earlier chats.
 *
 * @param {string} file
 * @returns {Promise<string[]>} the newest first; none where there is no file
 */
export async function readHistory(file) {
  try {
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    return lines.flatMap(readLine).slice(-MOST).reverse()
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return []
    throw error
  }
}

/**
 * Keeps what was typed, for its user alone to read.
 *
 * @param {string} file
 * @param {readonly string[]} lines the newest first
 */
export async function writeHistory(file, lines) {
  const text = lines
    .slice(0, MOST)
    .reverse()
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('')
  await mkdir(dirname(file), { recursive: true })
  const whole = `${file}.${process.pid}`
  await writeFile(whole, text, { mode: 0o600 })
  await rename(whole, file)
}

/** @param {string} json a line that another program may have cut @returns {string[]} */
function readLine(json) {
  try {
    const line = JSON.parse(json)
    return typeof line === 'string' ? [line] : []
  } catch {
    return []
  }
}
