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
