import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pythonWith } from '../pythonEnvironment.js'
import { projectRoot } from '../runProgram.js'

/** The folder whose package `golden` makes tiny models. */
export const pythonSources = join(projectRoot, 'test-java/src/test/python')

/**
 * A Python that has the packages of golden/requirements.txt.
 *
 * @param {(line: string) => void} log is told of an installation
 * @returns {string} its program
 * @throws {import('../runProgram.js').SetupError} if there is no Python, or pip cannot install them
 */
export function findPython(log) {
  const requirements = readFileSync(join(pythonSources, 'golden/requirements.txt'), 'utf8')
  return pythonWith(requirements.trim().split('\n'), log)
}
