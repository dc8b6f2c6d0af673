import { findJdk } from './findJdk.js'
import { runProgram } from './runProgram.js'

/**
 * Runs Maven on JDK 25, whatever Java the PATH and JAVA_HOME name, and waits for it. It prints warnings and errors only.
 *
 * @param {string[]} args goals, phases and options
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] variables that are added to those of this process; default none
 * @returns {number} its exit code
 * @throws {import('./SetupError.js').SetupError} if there is no JDK 25 or no Maven
 */
export function runMaven(args, { env = {} } = {}) {
  const quiet = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'
  return runProgram('mvn', ['--batch-mode', '--no-transfer-progress', quiet, ...args], {
    env: {
      ...env,
      JAVA_HOME: findJdk(),
      // Maven's own libraries use it, and JDK 25 prints four lines about that.
      MAVEN_OPTS: `--sun-misc-unsafe-memory-access=allow ${process.env.MAVEN_OPTS ?? ''}`,
    },
    ifMissing: 'install Maven 3.8 or newer (Debian: apt-get install maven)',
  })
}
