import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Counts the tests in the XML reports that Maven Surefire leaves in a folder, one file a class.
 *
 * @param {string} folder need not exist: then no test ran
 * @returns {Omit<import('./runSuites.js').TestOutcome, 'finished'>}
 */
export function readSurefireReports(folder) {
  const outcome = { passed: 0, failed: 0, skips: /** @type {string[]} */ ([]) }
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => /^TEST-.*\.xml$/.test(file)) : []
  for (const file of files) {
    const report = readFileSync(join(folder, file), 'utf8')
    const suite = /<testsuite\b[^>]*>/.exec(report)?.[0] ?? ''
    const [tests, failures, errors, skipped] = ['tests', 'failures', 'errors', 'skipped'].map((name) =>
      Number(attribute(suite, name)),
    )
    outcome.failed += failures + errors
    outcome.passed += tests - failures - errors - skipped
    outcome.skips.push(...skipsIn(report))
    if (tests === 0) {
      outcome.skips.push(`${attribute(suite, 'name')}: none of its tests is reported: its @BeforeAll gave up`)
    }
  }
  return outcome
}

/** @param {string} report */
function skipsIn(report) {
  return [...report.matchAll(/(<testcase\b[^>]*>)\s*(<skipped\b[^>]*>)(?:<!\[CDATA\[(.*))?/g)].map(
    ([, test, skip, thrown = '']) =>
      `${attribute(test, 'classname')}.${attribute(test, 'name')}: ${reason(skip, thrown) || 'no reason given'}`,
  )
}

/**
 * Surefire leaves the message away where it writes down what was thrown.
 *
 * @param {string} skip the tag
 * @param {string} thrown the first line of what is in it: the type of what was thrown, and its message
 */
function reason(skip, thrown) {
  return (
    attribute(skip, 'message') || thrown.replace(`${attribute(skip, 'type')}: `, '').replace(/\]\]>.*/, '')
  )
}

/**
 * @param {string} tag
 * @param {string} name
 */
function attribute(tag, name) {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? ''
  return value
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&#10;', ' ')
    .replaceAll('&amp;', '&')
}
