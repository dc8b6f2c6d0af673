import { startBridge } from './bridge/startBridge.js'
import { AbortError } from './errors/AbortError.js'
import { EngineGuest } from './guest/EngineGuest.js'
import { newGuest } from './guest/Guest.js'
import { readGuestOptions } from './guest/readGuestOptions.js'
import { WorkerGuest } from './guest/WorkerGuest.js'

/** @import { Guest } from './guest/Guest.js' */
/** @import { GuestOptions } from './guest/GuestOptions.js' */

/**
 * Makes a guest: runs code that nobody has to trust, with the models that it is granted, and within its limits.
 *
 * @param {GuestOptions} options
 * @returns {Promise<Guest>} to be closed when it is no longer needed
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`; `GUEST_ERROR` if the source cannot be read or
 *   throws, `TIMEOUT`, `QUOTA_EXCEEDED`, `OUT_OF_MEMORY` or `STACK_OVERFLOW` if it exceeds its limits; `DOWNLOAD_FAILED` or
 *   `CHECKSUM_MISMATCH` where its engine has to be fetched; or as `loadModel` where Realm's own does not start
 * @throws {AbortError} if the signal is aborted
 */
export async function createGuest(options) {
  const read = readGuestOptions(options)
  if (read.signal?.aborted) throw new AbortError(read.signal.reason)
  const bridge = await startBridge()
  const runner =
    read.engine === 'wasm' ? await WorkerGuest.open(bridge, read) : await EngineGuest.open(bridge, read)
  return newGuest(runner, read.signal)
}
