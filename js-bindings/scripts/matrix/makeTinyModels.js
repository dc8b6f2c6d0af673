import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { testCache } from '../pythonEnvironment.js'
import { SetupError, startProgram } from '../runProgram.js'
import { modelsWithHead, nameOf } from './cases.js'
import { findPython, pythonSources } from './python.js'

/** @import { TinyModel } from './cases.js' */

/**
 * Makes the tiny models that are not in the cache yet, with their exact results.
 *
 * @param {readonly TinyModel[]} cases
 * @param {(line: string) => void} log is told of what takes time
 * @throws {SetupError} if there is no Python, or it fails
 */
export async function makeTinyModels(cases, log) {
  const missing = cases.filter((tiny) => !existsSync(`${pathOf(tiny)}.json`))
  const withHead = cases.filter(({ model }) => modelsWithHead.includes(model)).map(pathOf)
  const guesses = withHead.filter((path) => !existsSync(`${path}.guesses`))
  if (missing.length + guesses.length === 0) return
  const python = findPython(log)
  log(`making ${missing.length} tiny models with their exact results in ${testCache}`)
  const processes = Math.min(2, availableParallelism(), missing.length)
  const codes = await Promise.all(
    Array.from({ length: processes }, (_, index) => {
      const own = missing.filter((_, at) => at % processes === index)
      const list = writeList(own.map((tiny) => ({ ...tiny, folder: dirname(pathOf(tiny)) })))
      for (const tiny of own) mkdirSync(dirname(pathOf(tiny)), { recursive: true })
      return runModule(python, 'golden', list)
    }),
  )
  codes.push(guesses.length > 0 ? await runModule(python, 'golden.guesses', writeList(guesses)) : 0)
  if (codes.some((code) => code !== 0)) {
    throw new SetupError('the tiny models could not be made: Python’s messages are above')
  }
}

/** @param {string} python @param {string} module @param {string} list the file of its argument */
function runModule(python, module, list) {
  return startProgram(python, ['-m', module, list], {
    env: { PYTHONPATH: pythonSources, PYTHONDONTWRITEBYTECODE: '1', OPENBLAS_NUM_THREADS: '1' },
    held: true,
  })
}

/**
 * Where the files of a tiny model lie: PATH.gguf, PATH.exact, PATH.json, PATH.peer,
 * and PATH.guesses of those with a head.
 *
 * @param {TinyModel} tiny
 * @returns {string} another path after each change of what decides what is in them
 */
export function pathOf(tiny) {
  return join(testCache, `tiny-${tiny.model}-${hashOfSources(tiny.model)}`, nameOf(tiny))
}

/** Python files that decide what is in many models. */
const SHARED = [
  '__main__.py',
  'blocks.py',
  'layer_inputs.py',
  'parts.py',
  'recipe.py',
  'requirements.txt',
  'vocabulary.py',
]

/** @type {Map<string, string>} */
const hashes = new Map()

/** @param {string} model */
function hashOfSources(model) {
  const known = hashes.get(model)
  if (known !== undefined) return known
  const read = (/** @type {string} */ file) => readFileSync(join(pythonSources, 'golden', file), 'utf8')
  const family = new RegExp(`^ {4}"${model}": \\("[^"]+", (\\w+)\\.`, 'm').exec(read('families.py'))?.[1]
  if (family === undefined) throw new SetupError(`families.py has no recipe of ${model}`)
  const hash = createHash('sha256')
  const parts = [...read(`${family}.py`).matchAll(/^from \. import (\w+)$/gm)].map(([, part]) => `${part}.py`)
  for (const file of [...SHARED, `${family}.py`, ...parts]) hash.update(`${file}\n`).update(read(file))
  const short = hash.digest('hex').slice(0, 12)
  hashes.set(model, short)
  return short
}

/** @type {string[]} */
const lists = []

/**
 * Writes a list for another program.
 *
 * @param {readonly unknown[]} items
 * @returns {string} its file, in the system's temporary folder
 */
export function writeList(items) {
  const file = join(tmpdir(), `realm-tiny-models-${process.pid}-${lists.length}.json`)
  if (lists.length === 0) {
    process.once('exit', () => {
      for (const list of lists) rmSync(list, { force: true })
    })
  }
  lists.push(file)
  writeFileSync(file, JSON.stringify(items))
  return file
}

/**
 * Writes the list that the Java tests read.
 *
 * @param {readonly TinyModel[]} cases
 * @param {(name: string) => number | undefined} peerOf the peer's distance from the exact result
 * @returns {NodeJS.ProcessEnv} what the tests want to know
 */
export function listForTests(cases, peerOf) {
  const list = cases.map((tiny) => {
    const description = JSON.parse(readFileSync(`${pathOf(tiny)}.json`, 'utf8'))
    return { ...description, name: nameOf(tiny), path: pathOf(tiny), peer: peerOf(nameOf(tiny)) }
  })
  return { REALM_TEST_MATRIX: writeList(list) }
}
