import { randomBytes } from 'node:crypto'
import { ggufEntries, ggufHead, ggufParts } from '../../js-bindings/bench/models/ggufParts.js'

/**
 * A whole GGUF file with one F32 tensor of random bits: what a server of models sends, to tests that do not run it.
 *
 * @param {number} bytes of the tensor, a multiple of 4; the file has a few hundred more
 * @param {object} [head]
 * @param {string} [head.architecture] default `llama`
 * @param {number} [head.type] the tensor's number among GGML's types; default F32
 * @param {number} [head.vocabulary] texts of 20 bytes in a list before the tensors, which make a long head; default 0
 * @param {string} [head.tensor] the tensor's name
 * @returns {Buffer}
 */
export function ggufContent(
  bytes,
  { architecture = 'llama', type = 0, vocabulary = 0, tensor = 'output.weight' } = {},
) {
  const entries = ggufEntries([
    ['general.architecture', 'string', architecture],
    [
      'tokenizer.ggml.tokens',
      'string[]',
      Array.from({ length: vocabulary }, (_, i) => String(i).padStart(20)),
    ],
  ])
  const infos = [{ name: tensor, type, shape: [bytes / 4], bytes }]
  return Buffer.concat([ggufHead(entries, infos), ggufParts.padded(randomBytes(bytes))])
}
