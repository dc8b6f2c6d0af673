import { writeFileSync } from 'node:fs'
import mocha from 'mocha'

/** Mocha's spec reporter, which also writes the counts as JSON to the file of the reporter option `result`. */
export default class MochaReporter extends mocha.reporters.Spec {
  /**
   * @param {import('mocha').Runner} runner
   * @param {{ reporterOptions: { result: string } }} options
   */
  constructor(runner, options) {
    super(runner, options)
    /** @type {string[]} */
    const skips = []
    runner.on('pending', (test) => skips.push(test.fullTitle()))
    runner.once('end', () => {
      const counts = { passed: this.stats.passes, failed: this.stats.failures, skips }
      writeFileSync(options.reporterOptions.result, JSON.stringify(counts))
    })
  }
}
