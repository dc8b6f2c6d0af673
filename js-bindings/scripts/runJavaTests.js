import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './projectRoot.js'
import { runMaven } from './runMaven.js'

const REPORTS = join(projectRoot, 'test-java/target/surefire-reports')

/**
 * Runs the Java tests and counts them from Surefire's XML reports.
 *
 * @param {NodeJS.ProcessEnv} env variables that are added to those of this process
 * @returns {import('./testOutcome.js').TestOutcome}
 */
export function runJavaTests(env) {
  rmSync(REPORTS, { recursive: true, force: true })
  const finished = runMaven(['test'], { env }) === 0
  const outcome = { passed: 0, failed: 0, skips: /** @type {string[]} */ ([]) }
  const files = existsSync(REPORTS) ? readdirSync(REPORTS).filter((file) => /^TEST-.*\.xml$/.test(file)) : []
  for (const file of files) {
    const report = readFileSync(join(REPORTS, file), 'utf8')
    const suite = /<testsuite\b[^>]*>/.exec(report)?.[0] ?? ''
    const [tests, failures, errors, skipped] = ['tests', 'failures', 'errors', 'skipped'].map((name) =>
      Number(attribute(suite, name)),
    )
    outcome.failed += failures + errors
    outcome.passed += tests - failures - errors - skipped
    outcome.skips.push(...skipsIn(report))
  }
  return { ...outcome, finished }
}

/** @param {string} report */
function skipsIn(report) {
  return [...report.matchAll(/(<testcase\b[^>]*>)\s*(<skipped\b[^>]*>)/g)].map(
    ([, test, skip]) =>
      `${attribute(test, 'classname')}.${attribute(test, 'name')}: ${attribute(skip, 'message') || 'no reason given'}`,
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
    .replace(/&#(?:10|xA);/g, ' ')
    .replaceAll('&amp;', '&')
}
