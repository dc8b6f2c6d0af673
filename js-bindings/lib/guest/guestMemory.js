import { types } from 'node:util'
import { invalidArgument } from '../arguments/checks.js'
import { RealmError } from '../errors/RealmError.js'

/** @import { GuestMemory } from '../types.d.ts' */

/**
 * A guest's memory as the bridge reads it.
 *
 * @param {GuestMemory | (() => GuestMemory)} memory
 * @returns {{ readonly buffer: ArrayBuffer | ArrayBufferView }} throws `INVALID_ARGUMENT` where a function gives no memory
 * @throws {RealmError} `INVALID_ARGUMENT`
 */
export function readGuestMemory(memory) {
  if (typeof memory === 'function') {
    return {
      get buffer() {
        return bufferOf(asked(memory), 'what the memory function returned')
      },
    }
  }
  if (types.isArrayBuffer(bufferOf(memory, 'memory'))) {
    return /** @type {{ readonly buffer: ArrayBuffer }} */ (memory)
  }
  return {
    get buffer() {
      return bufferOf(memory, 'memory')
    },
  }
}

/** @param {() => GuestMemory} memory */
function asked(memory) {
  try {
    return memory()
  } catch (cause) {
    throw new RealmError(
      'INVALID_ARGUMENT',
      `memory: the function threw (${cause}), expected a WebAssembly.Memory; call host functions once the module is there.`,
      { cause },
    )
  }
}

/**
 * @param {unknown} memory
 * @param {string} name
 */
function bufferOf(memory, name) {
  const buffer = /** @type {GuestMemory | null | undefined} */ (memory)?.buffer
  if (types.isArrayBuffer(buffer)) return buffer
  // The bridge reads shared memory by a view alone.
  if (types.isSharedArrayBuffer(buffer)) return new Uint8Array(buffer)
  throw invalidArgument(name, memory, 'a WebAssembly.Memory, or a function that returns one')
}
