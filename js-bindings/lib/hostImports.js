import { functionValue } from './arguments/functionValue.js'
import { integerIn } from './arguments/integerIn.js'
import { readOptions } from './arguments/readOptions.js'
import { runningBridge } from './bridge/startBridge.js'
import { grantedModels } from './host/grantedModels.js'
import { HostImports } from './host/HostImports.js'
import { readGuestMemory } from './host/readGuestMemory.js'

/** @import { GuestMemory } from './host/GuestMemory.js' */
/** @import { HostImportsOptions } from './host/HostImportsOptions.js' */

const LIMIT = integerIn({ from: 0, to: Number.MAX_SAFE_INTEGER, advice: 'Leave it out for no limit.' })

/**
 * Makes a guest: the host functions over a memory, for a WebAssembly module to import and for JavaScript to call. They work
 * on the thread that calls them, which waits for their results. The first time that a loaded model is granted to a guest,
 * its whole file is read, which takes about a second for a gigabyte.
 *
 * @param {GuestMemory | (() => GuestMemory)} memory the guest's memory, as a WebAssembly.Memory; or a function that gives
 *   it, for a module that exports its own: `() => instance.exports.memory`. It is asked in each call
 * @param {HostImportsOptions} [options]
 * @returns {HostImports} to be closed when the guest is no longer needed
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `DISPOSED` or `MODEL_NOT_FOUND`;
 *   `JVM_START_FAILED` before the engine runs: await `detectRuntime()` or `loadModel()` first
 */
export function hostImports(memory, options = {}) {
  const read = readGuestMemory(memory)
  const { models, streamToken, ...limits } = readOptions(
    options,
    {
      models: grantedModels,
      streamToken: functionValue,
      maxTokens: LIMIT,
      maxSessions: LIMIT,
      maxBytes: LIMIT,
    },
    { what: 'the options of hostImports' },
  )
  const bridge = runningBridge()
  const opened = bridge.call('guestOpen', { models: models ?? [], ...limits })
  return new HostImports(bridge, opened, read, /** @type {HostImportsOptions['streamToken']} */ (streamToken))
}
