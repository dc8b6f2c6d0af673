import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { inspect } from '../../lib/diagnostics.js'
import { getTensor, removeModel, storeModel } from '../../lib/storedModels.js'
import { blockTypes } from './blockTypes.js'
import { ggufEntries, ggufHead, ggufParts, readEntries } from './ggufParts.js'

const FILE_TYPE = 'general.file_type'

/**
 * Writes a model once more, with all its matrices in another type. What the first quantization lost stays lost.
 *
 * @param {string} from the path of a GGUF file whose rows are multiples of 32 values
 * @param {string} to the path of the file that is written
 * @param {'Q4_0' | 'Q8_0' | 'IQ4_NL' | 'MXFP4'} type
 */
export async function requantizeModel(from, to, type) {
  const { tensors } = await inspect(from)
  const entries = readEntries(readFileSync(from)).filter(({ key }) => key !== FILE_TYPE)
  const written = tensors.map(({ name, shape }) => {
    const blockType = shape.length > 1 ? blockTypes[type] : blockTypes.F32
    const values = shape.reduce((product, size) => product * size)
    return { name, shape, type: blockType.type, bytes: (values / blockType.values) * blockType.bytes }
  })
  const id = await storeModel(from)
  const file = openSync(to, 'w')
  try {
    const fileType = ggufEntries([[FILE_TYPE, 'u32', blockTypes[type].fileType]])
    writeSync(file, ggufHead([...entries.map(({ bytes }) => bytes), ...fileType], written))
    for (const { name, shape } of written) {
      const values = await getTensor(id, name)
      const data = shape.length > 1 ? quantized(values, type) : Buffer.from(values.slice().buffer)
      writeSync(file, ggufParts.padded(data))
    }
  } finally {
    closeSync(file)
    await removeModel(id)
  }
}

/**
 * @param {Float32Array} values
 * @param {'Q4_0' | 'Q8_0' | 'IQ4_NL' | 'MXFP4'} type
 */
function quantized(values, type) {
  const { values: length, bytes, quantize } = blockTypes[type]
  const blocks = Buffer.alloc((values.length / length) * bytes)
  for (let i = 0, at = 0; i < values.length; i += length, at += bytes) {
    quantize(values.subarray(i, i + length), blocks.subarray(at, at + bytes))
  }
  return blocks
}
