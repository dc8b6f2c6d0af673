import { ggufParts } from './ggufParts.js'

const { u32, u64, string } = ggufParts

/** The types of metadata values, by the GGUF specification. @type {Record<string, number>} */
const TYPES = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9, u64: 10 }

/**
 * Key-value pairs as a GGUF file has them.
 *
 * @param {readonly [key: string, type: string, value: any][]} entries `type` is `u32`, `i32`, `f32`, `bool`, `string` or
 *   `u64`, or one of these with `[]` behind it for an array
 * @returns {Buffer[]} one for each entry
 */
export function ggufEntries(entries) {
  return entries.map(([key, type, value]) => Buffer.concat([string(key), typed(type, value)]))
}

/**
 * @param {string} type
 * @param {any} value
 */
function typed(type, value) {
  if (!type.endsWith('[]')) return Buffer.concat([u32(TYPES[type]), bare(type, value)])
  const element = type.slice(0, -2)
  const elements = value.map((/** @type {any} */ entry) => bare(element, entry))
  return Buffer.concat([u32(TYPES.array), u32(TYPES[element]), u64(value.length), ...elements])
}

/**
 * @param {string} type
 * @param {any} value
 */
function bare(type, value) {
  switch (type) {
    case 'string':
      return string(value)
    case 'bool':
      return Buffer.from([value ? 1 : 0])
    case 'f32':
      return Buffer.from(Float32Array.of(value).buffer)
    case 'i32':
      return Buffer.from(Int32Array.of(value).buffer)
    case 'u64':
      return u64(value)
    case 'u32':
      return u32(value)
    default:
      throw new Error(`no type ${type}`)
  }
}
