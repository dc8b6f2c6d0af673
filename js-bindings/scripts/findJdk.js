import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { javaHomes, readRelease } from '../lib/bridge/findJava.js'
import { SetupError } from './SetupError.js'

/** The Java version that Realm is built with. */
const VERSION = 25

/**
 * The folder of a JDK 25 with its compiler, looked for where a running Realm looks for its Java runtime.
 *
 * @throws {SetupError} if there is none
 */
export function findJdk() {
  for (const { home } of javaHomes(process.env)) {
    if (home !== undefined && readRelease(home)?.major === VERSION && existsSync(join(home, 'bin/javac'))) {
      return home
    }
  }
  throw new SetupError(
    `no JDK ${VERSION} was found in REALM_JAVA_HOME, in JAVA_HOME, on the PATH and in the usual places: install one ` +
      '(a runtime without a compiler is not enough), or set JAVA_HOME to its folder',
  )
}
