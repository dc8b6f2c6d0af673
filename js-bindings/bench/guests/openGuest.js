const EXAMPLE = new URL('../../../examples/wasm-guest/WasmGuest.js', import.meta.url)
const MODULES = new URL('../../build/wasm-guest/', import.meta.url)

/**
 * Opens a guest of the example.
 *
 * @param {'onDemand' | 'forwardLayer'} name
 * @param {import('../../lib/Model.js').Model} model
 * @param {number} contextLength the most tokens of prompt and answer together
 */
export async function openGuest(name, model, contextLength) {
  // Examples are not typed.
  const { WasmGuest } = await import(EXAMPLE.href)
  return WasmGuest.open(new URL(`${name}.wasm`, MODULES), model, contextLength)
}

/**
 * The memory of a guest that has no module.
 *
 * @param {number} bytes at least so many
 * @returns {{ readonly buffer: ArrayBuffer }}
 */
export function newGuestMemory(bytes) {
  // Node's types leave WebAssembly to those of browsers.
  const { Memory } = /** @type {any} */ (globalThis).WebAssembly
  return new Memory({ initial: Math.ceil(bytes / 65536) })
}

/**
 * What a measuring process is told, as JSON in its first argument. It prints its figures as JSON.
 *
 * @typedef {object} GuestJob
 * @property {string} model the path of the GGUF file that generates
 * @property {string} tensors the path of the GGUF file with the Q4_K tensors
 * @property {string[]} tensorNames theirs
 * @property {number} tensorValues of each of them
 * @property {'onDemand' | 'forwardLayer'} [guest] which guest of the example is measured
 * @property {number} guests how many run at a time where several do
 * @property {number} tokens that each of them makes where the speed is measured
 */
