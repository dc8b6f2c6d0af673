/**
 * What test runners have to say of their tests, and whether the run as a whole succeeded.
 *
 * @param {import('./runSuites.js').TestOutcome[]} outcomes
 * @returns {{ line: string, succeeded: boolean }} `line` is "N passed, N failed", with ", N skipped" if any was. A runner
 *   that broke down without naming a failed test counts as a failure; a run in which one ran no test does not succeed
 */
export function summarize(outcomes) {
  const passed = sum(outcomes.map((outcome) => outcome.passed))
  const failed = sum(outcomes.map((outcome) => Math.max(outcome.failed, outcome.finished ? 0 : 1)))
  const skipped = sum(outcomes.map((outcome) => outcome.skips.length))
  return {
    line: `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    succeeded: failed === 0 && outcomes.every((outcome) => outcome.passed > 0),
  }
}

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}
