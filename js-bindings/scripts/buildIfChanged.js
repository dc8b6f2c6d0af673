import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { projectRoot } from './runProgram.js'

/**
 * Builds a file unless it is there and was built from the same inputs: their hash is kept beside it. A build that fails
 * leaves no hash, so the next one starts again.
 *
 * @param {object} step
 * @param {string} step.output the file to build, relative to the project's folder
 * @param {string[]} step.inputs the files and folders that it is built from, relative to the project's folder
 * @param {() => Promise<void> | void} step.build builds it, or throws
 * @param {(line: string) => void} [step.log] is told what is built, in one line; default: standard output
 * @returns {Promise<boolean>} whether there was anything to build
 */
export async function buildIfChanged({ output, inputs, build, log = console.log }) {
  const stamp = join(projectRoot, `${output}.inputs`)
  const hash = hashOf(inputs)
  const isBuilt = existsSync(join(projectRoot, output)) && existsSync(stamp)
  if (isBuilt && readFileSync(stamp, 'utf8') === hash) {
    return false
  }
  log(`${output}: building`)
  mkdirSync(dirname(stamp), { recursive: true })
  rmSync(stamp, { force: true })
  await build()
  writeFileSync(stamp, hash)
  return true
}

/** @param {string[]} inputs */
function hashOf(inputs) {
  const hash = createHash('sha256')
  for (const file of inputs.flatMap(filesOf)) {
    const bytes = readFileSync(join(projectRoot, file))
    hash.update(`${file}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}

/** @param {string} input a file or a folder */
function filesOf(input) {
  const path = join(projectRoot, input)
  if (!statSync(path).isDirectory()) {
    return [input]
  }
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort()
  return names.map((name) => join(input, name)).filter((file) => statSync(join(projectRoot, file)).isFile())
}
