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
