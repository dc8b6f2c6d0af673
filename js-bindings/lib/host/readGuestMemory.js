import { invalidArgument } from '../arguments/invalidArgument.js'
import { RealmError } from '../errors/RealmError.js'

/** @import { GuestMemory } from './GuestMemory.js' */

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
        return bytesOf(asked(memory), 'what the memory function returned')
      },
    }
  }
  if (bytesOf(memory, 'memory') instanceof ArrayBuffer) {
    return /** @type {{ readonly buffer: ArrayBuffer }} */ (memory)
  }
  return {
    get buffer() {
      return bytesOf(memory, 'memory')
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
function bytesOf(memory, name) {
  const buffer = /** @type {GuestMemory | null | undefined} */ (memory)?.buffer
  if (buffer instanceof ArrayBuffer) return buffer
  // The bridge reads shared memory by a view alone.
  if (buffer instanceof SharedArrayBuffer) return new Uint8Array(buffer)
  throw invalidArgument(name, memory, 'a WebAssembly.Memory, or a function that returns one')
}
