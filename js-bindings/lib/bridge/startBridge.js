import { getEnvironmentData } from 'node:worker_threads'
import { RealmError } from '../errors/RealmError.js'
import { packageFolder } from '../packageFolder.js'
import { Bridge, PROTOCOL } from './Bridge.js'
import { findRuntime } from './findRuntime.js'
import { jvmOptions } from './jvmOptions.js'
import { findKernels } from './nativeFiles.js'

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
    checkProtocol(await javet.start())
    running = new Bridge(javet, 'javet')
    return running
  }
  const joined = javaOfWorker()
  const { java, addon, engine } = findRuntime(joined === undefined ? {} : { java: () => joined })
  const env = { ...process.env, ...machineVariables(addon) }
  const options = jvmOptions({ classPath: [engine], kernels: findKernels(), env })
  const starting = addon.start({ libjvm: java.libjvm, options, joins: joined !== undefined })
  checkProtocol(
    await starting.catch((error) => {
      throw startFailed(java, env, error)
    }),
  )
  running = new Bridge(addon, joined === undefined ? 'addon' : 'javet')
  return running
}

/**
 * The variables that the Java virtual machine reads by itself, as it sees them.
 *
 * @param {import('./Bridge.js').Addon} addon
 * @returns {NodeJS.ProcessEnv}
 */
function machineVariables(addon) {
  return {
    JAVA_TOOL_OPTIONS: addon.variable('JAVA_TOOL_OPTIONS'),
    _JAVA_OPTIONS: addon.variable('_JAVA_OPTIONS'),
    // Read by the program `java` alone.
    JDK_JAVA_OPTIONS: undefined,
  }
}

/**
 * Checks that the engine of this process, which another copy of the package may have started, speaks as this one does.
 *
 * @param {number} spoken
 */
function checkProtocol(spoken) {
  if (spoken !== PROTOCOL) {
    const here = packageFolder() ?? 'in a bundle'
    throw new RealmError(
      'JVM_START_FAILED',
      `Another copy of realm-ai has started the engine of this process. It speaks protocol ${spoken}, this copy (${here}) ` +
        `speaks ${PROTOCOL}, and a process has room for one engine. "npm ls realm-ai" shows the copies: have all depend on ` +
        'one version, or run this copy in a process of its own.',
    )
  }
}

/**
 * @param {import('./findJava.js').JavaRuntime} java
 * @param {NodeJS.ProcessEnv} env
 * @param {Error} error
 */
function startFailed(java, env, error) {
  const reason = error.message.trim().replaceAll(/\s*\n\s*/g, '; ')
  const variables = ['REALM_JAVA_OPTIONS', 'JAVA_TOOL_OPTIONS', '_JAVA_OPTIONS']
  const set = variables.filter((name) => env[name]).map((name) => `${name}=${env[name]}`)
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
 * @returns {Omit<import('./Bridge.js').Addon, 'start'> & { start(): Promise<number> } | undefined} undefined in a program of the usual Node
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
