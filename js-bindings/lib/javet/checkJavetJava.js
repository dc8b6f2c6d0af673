import { readRelease } from '../bridge/readRelease.js'
import { RealmError } from '../errors/RealmError.js'

/** What Javet uses of Java, beyond what the engine does. */
const MODULES = ['java.logging', 'java.management']

/**
 * Checks that a Java can run Javet.
 *
 * @param {import('../bridge/findJava.js').JavaRuntime} java
 * @throws {RealmError} `JAVA_NOT_FOUND` if it lacks modules
 */
export function checkJavetJava({ home, version }) {
  const has = readRelease(home)?.modules
  const lacking = MODULES.filter((module) => has !== undefined && !has.includes(module))
  if (lacking.length > 0) {
    throw new RealmError(
      'JAVA_NOT_FOUND',
      `Java ${version} at ${home} runs the engine, but Javet needs the modules ${lacking.join(' and ')} too. Set ` +
        'REALM_JAVA_HOME to a whole Java 25 (for instance Eclipse Temurin, https://adoptium.net).',
    )
  }
}
