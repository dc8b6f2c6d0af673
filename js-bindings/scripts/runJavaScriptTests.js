import { runMocha } from './runMocha.js'

/**
 * Runs the tests of test-js.
 *
 * @param {NodeJS.ProcessEnv} env variables that are added to those of this process
 * @returns {import('./TestOutcome.js').TestOutcome}
 */
export function runJavaScriptTests(env) {
  return runMocha(['test-js/**/*.test.js'], { env })
}
