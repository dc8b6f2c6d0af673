import { byteTokens, TOKEN_TYPES, vocabularyBytes } from './vocabularyBytes.js'

/** The symbols of the two spellings: GPT-2's alphabet of bytes, and characters of many scripts, with U+2581 for the space. */
export const SYMBOLS = {
  bytes: byteAlphabet(),
  characters: [
    ...'\n\t▁',
    ...range(0x21, 0x7e),
    ...range(0xe0, 0xef),
    ...'ſ²¼½\u00a0\u3000、。！',
    ...range(0x3b1, 0x3c8),
    ...range(0x430, 0x447),
    ...range(0x5d0, 0x5d7),
    ...range(0x627, 0x62e),
    ...range(0x915, 0x91c),
    ...'\u0301\u094d\u0e01\u0e31',
    ...range(0x4e00, 0x4e0f),
    ...range(0x3041, 0x3048),
    ...range(0xac00, 0xac07),
    ...range(0x10a0, 0x10a7),
    ...'😀👍🏽',
  ],
}

/**
 * The bytes of a GGUF file of a BPE vocabulary in which every fourth pair of symbols merges, in an order without rhyme:
 * where words begin shows in the ids.
 *
 * @param {object} kind
 * @param {string} kind.model `tokenizer.ggml.model`
 * @param {string} kind.pre `tokenizer.ggml.pre`
 * @param {'bytes' | 'characters'} kind.spelling
 * @param {string[]} [kind.more] further tokens; default none
 * @returns {Buffer}
 */
export function pairVocabulary({ model, pre, spelling, more = [] }) {
  const symbols = SYMBOLS[spelling]
  const pairs = Array.from({ length: Math.floor(symbols.length ** 2 / 4) }, (_, rank) => {
    const pair = (rank * 40503 + 12345) % symbols.length ** 2
    return [symbols[Math.floor(pair / symbols.length)], symbols[pair % symbols.length]]
  })
  const bytes = spelling === 'bytes' ? [] : byteTokens()
  const special = ['<s>', '</s>', '<mask>']
  const tokens = [...special, ...bytes, ...symbols, ...pairs.map((pair) => pair.join('')), ...more]
  const { control, byte, normal } = TOKEN_TYPES
  const types = tokens.map((_, id) =>
    id < special.length ? control : id < special.length + bytes.length ? byte : normal,
  )
  return vocabularyBytes([
    ['model', 'string', model],
    ['pre', 'string', pre],
    ['tokens', 'string[]', tokens],
    ['token_type', 'i32[]', types],
    ['merges', 'string[]', pairs.map((pair) => pair.join(' '))],
    ['bos_token_id', 'u32', 0],
    ['eos_token_id', 'u32', 1],
    ['seperator_token_id', 'u32', 1],
  ])
}

/**
 * @param {number} first
 * @param {number} last
 */
function range(first, last) {
  return Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i))
}

function byteAlphabet() {
  let other = 0x100
  return Array.from({ length: 256 }, (_, byte) => {
    const isPrintable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte !== 0xad)
    return String.fromCodePoint(isPrintable ? byte : other++)
  })
}
