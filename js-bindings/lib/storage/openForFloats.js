import { startBridge } from '../bridge/startBridge.js'

/**
 * Runs a job whose result is memory with f32 values.
 *
 * @param {string} method
 * @param {object} args
 * @param {Float32Array} [values] belong to the arguments
 * @returns {Promise<Float32Array>} the memory itself
 */
export async function openForFloats(method, args, values) {
  const bridge = await startBridge()
  const { buffer } = await bridge.open(method, args, { bytes: values })
  return new Float32Array(bridge.take(buffer))
}
