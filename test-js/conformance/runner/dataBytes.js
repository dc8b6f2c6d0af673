import { readFileSync } from 'node:fs'
import { conformancePath } from '../../fixture/conformance.js'

/**
 * The bytes that a case describes as data.
 *
 * @param {any} description
 * @returns {Buffer}
 */
export function dataBytes(description) {
  const bytes = plain(description)
  for (const patch of description.patch ?? []) plain(patch).copy(bytes, patch.at)
  return bytes
}

/** @param {any} data */
function plain(data) {
  if ('utf8' in data) return Buffer.from(data.utf8)
  if ('json' in data) return Buffer.from(JSON.stringify(data.json))
  if ('base64' in data) return Buffer.from(data.base64, 'base64')
  if ('u8' in data) return Buffer.from(data.u8)
  if ('u32' in data) return numbers(data.u32, 4, (view, at, value) => view.setUint32(at, value, true))
  if ('u64' in data)
    return numbers(data.u64, 8, (view, at, value) => view.setBigUint64(at, BigInt(value), true))
  if ('f32' in data) return numbers(data.f32, 4, (view, at, value) => view.setFloat32(at, value, true))
  if ('repeat' in data) return Buffer.concat(Array(data.repeat.times).fill(plain(data.repeat)))
  if ('file' in data) return part(readFileSync(conformancePath(data.file)), data)
  throw new Error(`no data in ${JSON.stringify(data)}`)
}

/**
 * @param {Buffer} bytes
 * @param {{ from?: number, bytes?: number }} range
 */
function part(bytes, { from = 0, bytes: length = bytes.length - from }) {
  return bytes.subarray(from, from + length)
}

/**
 * @param {any[]} values
 * @param {number} size bytes of each
 * @param {(view: DataView, at: number, value: any) => void} set
 */
function numbers(values, size, set) {
  const bytes = Buffer.alloc(values.length * size)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (const [index, value] of values.entries()) set(view, index * size, value)
  return bytes
}
