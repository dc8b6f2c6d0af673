import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProgram } from './runProgram.js'

/**
 * Runs the Mocha tests of test-js. A process that does not exit by itself when they are done fails the run, after 20
 * minutes.
 *
 * @param {NodeJS.ProcessEnv} env variables that are added to those of this process
 * @returns {import('./TestOutcome.js').TestOutcome}
 */
export function runJavaScriptTests(env) {
  const folder = mkdtempSync(join(tmpdir(), 'realm-tests-'))
  const result = join(folder, 'result.json')
  const args = [
    'test-js/**/*.test.js',
    '--reporter',
    'js-bindings/scripts/MochaReporter.js',
    '--reporter-option',
    `result=${result}`,
  ]
  try {
    const code = runProgram('node_modules/.bin/mocha', args, { env, timeoutMinutes: 20 })
    const counts = existsSync(result)
      ? JSON.parse(readFileSync(result, 'utf8'))
      : { passed: 0, failed: 0, skips: [] }
    return { ...counts, finished: code === 0 }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
