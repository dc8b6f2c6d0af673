import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from './runProgram.js'

/**
 * Runs Mocha tests. A process that does not exit by itself when they are done fails the run, after 20 minutes.
 *
 * @param {string[]} files patterns of test files
 * @param {object} [options]
 * @param {string[]} [options.launcher] what runs Mocha's program; default: the Node of this process
 * @param {NodeJS.ProcessEnv} [options.env] variables that are added to those of this process; default none
 * @returns {import('./TestOutcome.js').TestOutcome}
 */
export function runMocha(files, { launcher = [process.execPath], env = {} } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'realm-tests-'))
  const result = join(folder, 'result.json')
  const [program, ...args] = [
    ...launcher,
    'node_modules/mocha/bin/mocha.js',
    ...files,
    '--reporter',
    'js-bindings/scripts/MochaReporter.js',
    '--reporter-option',
    `result=${result}`,
  ]
  try {
    const code = runProgram(program, args, { env, timeoutMinutes: 20 })
    const counts = existsSync(result)
      ? JSON.parse(readFileSync(result, 'utf8'))
      : { passed: 0, failed: 0, skips: [] }
    return { ...counts, finished: code === 0 }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
