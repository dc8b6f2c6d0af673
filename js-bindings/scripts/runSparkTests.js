import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildProject } from './buildProject.js'
import { readSurefireReports } from './readSurefireReports.js'
import { runMaven, startMaven } from './runMaven.js'
import { projectRoot, SetupError } from './runProgram.js'

const MODULES = ['java-engine', 'java-engine/spark', 'test-java/spark']

/**
 * Runs the tests of Realm in Apache Spark, which Maven fetches, on executors in processes of their own. Takes some minutes.
 *
 * @returns {Promise<import('./runSuites.js').TestOutcome>}
 * @throws {SetupError} if Error Prone finds anything in them: `npm run check` does not fetch Spark
 */
export async function runSparkTests() {
  await buildProject()
  if (runMaven(['-Pcheck,spark', '--projects', MODULES.join(), 'clean', 'test-compile']) !== 0) {
    throw new SetupError('what is for Spark does not compile without warnings: they are above')
  }
  const reports = join(projectRoot, 'test-java/spark/target/surefire-reports')
  rmSync(reports, { recursive: true, force: true })
  // The executors get the jars: hence "package".
  const status = await startMaven(['-Pspark', '--projects', MODULES.join(), 'package'], {
    env: { REALM_TEST_KERNELS: join(projectRoot, 'js-bindings/build/librealm-kernels.so') },
  })
  return { ...readSurefireReports(reports), finished: status === 0 }
}
