import { getEnvironmentData } from 'node:worker_threads'

/**
 * The Java that runs in this process already, in a worker of an app that `realm run` has started: the addon joins it.
 *
 * @returns {import('./findJava.js').JavaRuntime | undefined} undefined in a program of the usual Node
 */
export function javaOfWorker() {
  return /** @type {any} */ (getEnvironmentData('realm-ai.javet'))
}
