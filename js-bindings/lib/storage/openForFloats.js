import { startBridge } from '../bridge/startBridge.js'

/**
 * Runs a job whose result is memory with f32 values.
 *
 * @param {string} method
 * @param {object} args
 * @param {object} [more]
 * @param {Float32Array} [more.values] belong to the arguments
 * @param {AbortSignal} [more.signal]
 * @returns {Promise<Float32Array>} the memory itself
 */
export async function openForFloats(method, args, { values, signal } = {}) {
  const bridge = await startBridge()
  const { buffer } = await bridge.open(method, args, { bytes: values, signal })
  return new Float32Array(bridge.take(buffer))
}
