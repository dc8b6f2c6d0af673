import { ggufParts } from './ggufParts.js'

const { u32, u64, string, aligned, padded } = ggufParts

/**
 * All of a GGUF file, version 3, that comes before its tensors. Their data follow in this order, each of them padded.
 *
 * @param {readonly Buffer[]} entries the metadata
 * @param {readonly { name: string, type: number, shape: readonly number[], bytes: number }[]} tensors `type` is that of
 *   GGML; the fastest varying dimension comes first
 */
export function ggufHead(entries, tensors) {
  let offset = 0
  const infos = tensors.map(({ name, type, shape, bytes }) => {
    const info = [string(name), u32(shape.length), ...shape.map(u64), u32(type), u64(offset)]
    offset += aligned(bytes)
    return Buffer.concat(info)
  })
  const magic = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(entries.length)]
  return padded(Buffer.concat([...magic, ...entries, ...infos]))
}
