import { readFileSync } from 'node:fs'

/**
 * Opens a checkpoint in the safetensors format: a little-endian u64 with the length of a JSON header, the header, and the
 * tensors' data.
 *
 * @param {string} path
 * @returns {(name: string) => { shape: number[], values: Float32Array }} gives an F32 tensor, the fastest varying
 *   dimension last
 */
export function readSafetensors(path) {
  const file = readFileSync(path)
  const data = 8 + Number(file.readBigUInt64LE(0))
  const header = JSON.parse(file.toString('utf8', 8, data))
  return (name) => {
    const { dtype, shape, data_offsets: range } = header[name] ?? {}
    if (dtype !== 'F32') throw new Error(`${path} holds no F32 tensor ${name}`)
    const [start, end] = range
    // Copied: a view of f32 must be aligned.
    return { shape, values: new Float32Array(new Uint8Array(file.subarray(data + start, data + end)).buffer) }
  }
}
