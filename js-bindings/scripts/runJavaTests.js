import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { readSurefireReports } from './readSurefireReports.js'
import { runMaven } from './runMaven.js'
import { projectRoot } from './runProgram.js'

/**
 * Runs the Java tests.
 *
 * @param {NodeJS.ProcessEnv} env variables that are added to those of this process
 * @returns {import('./TestOutcome.js').TestOutcome}
 */
export function runJavaTests(env) {
  const reports = join(projectRoot, 'test-java/target/surefire-reports')
  rmSync(reports, { recursive: true, force: true })
  const finished = runMaven(['test'], { env }) === 0
  return { ...readSurefireReports(reports), finished }
}
