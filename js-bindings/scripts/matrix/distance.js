import { readFileSync } from 'node:fs'

/**
 * How far node-llama-cpp's results for a tiny model are from the exact ones.
 *
 * @param {string} path of its files: PATH.json, PATH.exact and PATH.peer
 * @returns {number} the mean over all positions of the sum of p (log p - log q); of what embeds, one minus the mean cosine
 */
export function peerDistance(path) {
  const { embeds, width } = JSON.parse(readFileSync(`${path}.json`, 'utf8'))
  const exact = floats(`${path}.exact`)
  const peer = floats(`${path}.peer`)
  if (exact.length !== peer.length || exact.length % width !== 0) {
    throw new RangeError(
      `${path} has ${exact.length} exact values and ${peer.length} of the peer; expected as many rows of ${width}`,
    )
  }
  let sum = 0
  for (let at = 0; at < exact.length; at += width) {
    const [p, q] = [exact, peer].map((rows) => rows.subarray(at, at + width))
    sum += embeds ? 1 - cosine(p, q) : divergence(p, q)
  }
  return sum / (exact.length / width)
}

/** @param {string} file little-endian f32 */
function floats(file) {
  const bytes = readFileSync(file)
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}

/**
 * @param {Float32Array} p log-probabilities
 * @param {Float32Array} q
 */
function divergence(p, q) {
  return p.reduce((sum, logP, i) => sum + Math.exp(logP) * (logP - q[i]), 0)
}

/**
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function cosine(a, b) {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}

/**
 * @param {Float32Array} a
 * @param {Float32Array} b
 */
function dot(a, b) {
  return a.reduce((sum, value, i) => sum + value * b[i], 0)
}
