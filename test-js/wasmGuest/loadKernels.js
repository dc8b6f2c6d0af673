import { readFileSync } from 'node:fs'
import { buildWasmGuest } from '../../js-bindings/scripts/buildWasmGuest.js'

/** What surrounds the arrays that a kernel gets: it must not touch it. */
const GUARD = 12345.678

/**
 * The kernels of the WebAssembly guest, callable with arrays.
 *
 * @returns {Promise<{ run: (kernel: string, ...args: (number | Float32Array)[]) => number }>} `run` gives what the kernel
 *   returns, and the arrays what it wrote; throws if it wrote outside them
 */
export async function loadKernels() {
  await buildWasmGuest({ log: () => undefined })
  const file = new URL('../../js-bindings/build/wasm-guest/kernels.wasm', import.meta.url)
  const { instance } = await WebAssembly.instantiate(readFileSync(file))
  const exports = /** @type {any} */ (instance.exports)
  const room = 1 << 20
  const start = exports.allocate(room)

  /** @param {string} kernel @param {(number | Float32Array)[]} args */
  function run(kernel, ...args) {
    const memory = new Float32Array(exports.memory.buffer, start, room / 4).fill(GUARD)
    let next = 1
    const places = args.map((arg) => {
      if (typeof arg === 'number') return arg
      const first = next
      memory.set(arg, first)
      next = first + arg.length + 1
      return first
    })
    const result = exports[kernel](
      ...places.map((place, i) => (typeof args[i] === 'number' ? place : start + 4 * place)),
    )
    let guard = 0
    args.forEach((arg, i) => {
      if (typeof arg === 'number') return
      if (memory[guard] !== Math.fround(GUARD)) throw new Error(`${kernel} wrote before argument ${i}`)
      arg.set(memory.subarray(places[i], places[i] + arg.length))
      guard = places[i] + arg.length
    })
    if (memory[guard] !== Math.fround(GUARD)) throw new Error(`${kernel} wrote behind its arrays`)
    return result
  }
  return { run }
}
