import { HOST_FUNCTIONS } from './functionTable.js'

/** @import { Bridge } from '../bridge/Bridge.js' */
/** @import { HostFunctions } from './HostFunctions.js' */

/**
 * The host functions as JavaScript functions for one guest.
 *
 * @param {Bridge} bridge
 * @param {number} guest the engine's name for it
 * @param {{ readonly buffer: ArrayBufferLike | ArrayBufferView }} memory its memory
 * @param {(pointer: number, length: number) => unknown} [stream] takes pieces of text
 * @returns {HostFunctions}
 */
export function bindHostFunctions(bridge, guest, memory, stream) {
  const functions = HOST_FUNCTIONS.map(([name], index) => {
    const bound = (/** @type {(number | bigint)[]} */ ...args) =>
      bridge.hostCall(guest, index, memory, name === 'realm_generate' ? stream : undefined, ...args)
    return [name, bound]
  })
  return Object.fromEntries(functions)
}
