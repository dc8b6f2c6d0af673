import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { RealmError } from '../errors/RealmError.js'

/**
 * The path of the engine's jar, which comes with the package.
 *
 * @returns {string}
 * @throws {RealmError} `JVM_START_FAILED` if it is missing
 */
export function findEngine() {
  const jar = fileURLToPath(new URL('../../build/realm-engine.jar', import.meta.url))
  if (!existsSync(jar)) {
    throw new RealmError(
      'JVM_START_FAILED',
      `The engine is missing: there is no ${jar}. Install realm-ai again, or run "npm run build" in its sources.`,
    )
  }
  return jar
}
