import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { javaHomes, readRelease } from '../lib/bridge/findJava.js'
import { projectRoot, runProgram, SetupError, startProgram } from './runProgram.js'

/**
 * Runs Maven on JDK 25, whatever Java the PATH and JAVA_HOME name, and waits for it. It prints warnings and errors only.
 *
 * @param {string[]} args goals, phases and options
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] variables that are added to those of this process; default none
 * @returns {number} its exit code
 * @throws {SetupError} if there is no JDK 25 or no Maven
 */
export function runMaven(args, { env = {} } = {}) {
  return runProgram('mvn', [...QUIETLY, version(), ...args], settings(env))
}

/**
 * Starts the same, to run beside other programs; its output comes at its end.
 *
 * @param {string[]} args goals, phases and options
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] variables that are added to those of this process; default none
 * @returns {Promise<number>} its exit code
 * @throws {SetupError} if there is no JDK 25 or no Maven
 */
export async function startMaven(args, { env = {} } = {}) {
  return startProgram('mvn', [...QUIETLY, version(), ...args], { ...settings(env), held: true })
}

const QUIETLY = ['--batch-mode', '--no-transfer-progress', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn']

/** The version of what is built: that of package.json, the one place that has it. */
function version() {
  return `-Drevision=${JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')).version}`
}

/** @param {NodeJS.ProcessEnv} env */
function settings(env) {
  return {
    env: {
      ...env,
      JAVA_HOME: findJdk(),
      // Maven's own libraries use it, and JDK 25 prints four lines about that.
      MAVEN_OPTS: `--sun-misc-unsafe-memory-access=allow ${process.env.MAVEN_OPTS ?? ''}`,
    },
    ifMissing: 'install Maven 3.8 or newer (Debian: apt-get install maven)',
  }
}

/** The Java version that Realm is built with. */
const VERSION = 25

/**
 * The folder of a JDK 25 with its compiler, looked for where a running Realm looks for its Java runtime.
 *
 * @throws {SetupError} if there is none
 */
export function findJdk() {
  for (const { home } of javaHomes(process.env)) {
    const release = home === undefined ? '' : readRelease(home)
    if (home === undefined || typeof release === 'string') continue
    if (release.major === VERSION && existsSync(join(home, 'bin/javac'))) return home
  }
  throw new SetupError(
    `no JDK ${VERSION} was found in REALM_JAVA_HOME, in JAVA_HOME, on the PATH and in the usual places: install one ` +
      '(a runtime without a compiler is not enough), or set JAVA_HOME to its folder',
  )
}
