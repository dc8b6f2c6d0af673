import { runMocha } from './runMocha.js'

/** What uses the engine through the public API. */
const FILES = [
  'test-js/Model.test.js',
  'test-js/conformance/*.test.js',
  'test-js/engine/*.test.js',
  'test-js/examples/*.test.js',
  'test-js/guest/*.test.js',
  'test-js/host/*.test.js',
  'test-js/storage/*.test.js',
  'test-js/wasmGuest/*.test.js',
]

/**
 * Runs the tests of the public API, and the examples, once more in Javet, as `realm run` runs any program.
 *
 * @param {NodeJS.ProcessEnv} env variables that are added to those of this process
 * @returns {import('./TestOutcome.js').TestOutcome}
 */
export function runJavetTests(env) {
  const launcher = [process.execPath, 'js-bindings/cli/realm.js', 'run']
  return runMocha(FILES, { launcher, env })
}
