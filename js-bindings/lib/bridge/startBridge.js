import { getEnvironmentData } from 'node:worker_threads'
import { RealmError } from '../errors/RealmError.js'
import { Bridge } from './Bridge.js'
import { findKernels, findRuntime } from './findRuntime.js'
import { jvmOptions } from './jvmOptions.js'
import { withUtf8Locale } from './withUtf8Locale.js'

/** @type {Promise<Bridge> | undefined} */
let started

/** @type {Bridge | undefined} */
let running

/**
 * Starts the engine in this process, off the event loop. A process has one engine: all its threads share it, the first
 * call starts it, and each call waits until it runs.
 *
 * @returns {Promise<Bridge>}
 * @throws {RealmError} `JAVA_NOT_FOUND`, `ADDON_NOT_FOUND` or `JVM_START_FAILED`, with all that was searched, saying what to do
 */
export function startBridge() {
  started ??= start().catch((error) => {
    // What was missing may be there the next time.
    started = undefined
    throw error
  })
  return started
}

/**
 * The way to the engine, which runs in this thread already.
 *
 * @returns {Bridge}
 * @throws {RealmError} `JVM_START_FAILED` if it was not started, or not yet
 */
export function runningBridge() {
  if (running === undefined) {
    throw new RealmError(
      'JVM_START_FAILED',
      'The engine was not started on this thread so far: await detectRuntime() or loadModel() first.',
    )
  }
  return running
}

async function start() {
  const javet = javetAddon()
  if (javet !== undefined) {
    await javet.start()
    running = new Bridge(javet, 'javet')
    return running
  }
  const joined = javaOfWorker()
  const { java, addon, engine } = findRuntime(joined === undefined ? {} : { java: () => joined })
  const options = jvmOptions({ classPath: [engine], kernels: findKernels() })
  try {
    await withUtf8Locale(() => addon.start({ libjvm: java.libjvm, options }))
  } catch (error) {
    throw startFailed(java, /** @type {Error} */ (error))
  }
  running = new Bridge(addon, joined === undefined ? 'addon' : 'javet')
  return running
}

/**
 * @param {import('./findJava.js').JavaRuntime} java
 * @param {Error} error
 */
function startFailed(java, error) {
  const reason = error.message.trim().replaceAll(/\s*\n\s*/g, '; ')
  const variables = ['REALM_JAVA_OPTIONS', 'JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS']
  const set = variables.filter((name) => process.env[name]).map((name) => `${name}=${process.env[name]}`)
  return new RealmError(
    'JVM_START_FAILED',
    `Java ${java.version} at ${java.home} did not start: ${reason}. Check the free memory and the options that the ` +
      `environment adds (${set.join(', ') || 'none now'}), then start the program again: a process can try once.`,
    { cause: error },
  )
}

/**
 * What stands in for the addon in an app that `realm run` has started: Java is there already, since Node runs in it.
 *
 * @returns {Omit<import('./Bridge.js').Addon, 'start'> & { start(): Promise<void> } | undefined} undefined in a program of the usual Node
 */
function javetAddon() {
  return /** @type {any} */ (process)[Symbol.for('realm-ai.javet')]
}

/**
 * The Java that runs in this process already, in a worker of an app that `realm run` has started: the addon joins it.
 *
 * @returns {import('./findJava.js').JavaRuntime | undefined} undefined in a program of the usual Node
 */
function javaOfWorker() {
  return /** @type {any} */ (getEnvironmentData('realm-ai.javet'))
}
