import { ggufBytes } from '../../../../test-js/fixture/ggufBytes.js'

/** What a number of `tokenizer.ggml.token_type` says. */
export const TOKEN_TYPES = { normal: 1, unknown: 2, control: 3, userDefined: 4, byte: 6 }

/**
 * A GGUF file that holds a vocabulary alone.
 *
 * @param {[key: string, type: string, value: any][]} entries without the beginning `tokenizer.ggml.` of their keys, in the
 *   form of `ggufBytes`
 * @returns {Buffer}
 */
export function vocabularyBytes(entries) {
  return ggufBytes({
    metadata: [
      // What llama.cpp wants of a model, also where it loads the vocabulary alone.
      ['general.architecture', 'string', 'llama'],
      ['llama.context_length', 'u32', 64],
      ['llama.embedding_length', 'u32', 64],
      ['llama.block_count', 'u32', 1],
      ['llama.feed_forward_length', 'u32', 64],
      ['llama.attention.head_count', 'u32', 1],
      ['llama.attention.layer_norm_rms_epsilon', 'f32', 1e-5],
      ...entries.map(([key, type, value]) => [`tokenizer.ggml.${key}`, type, value]),
    ],
    tensors: [],
  })
}

/**
 * The 256 tokens `<0xHH>`.
 *
 * @returns {string[]}
 */
export function byteTokens() {
  return Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`)
}
