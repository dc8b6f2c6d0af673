import { pairVocabulary } from './pairVocabulary.js'
import { randomTexts } from './randomTexts.js'
import { byteTokens, TOKEN_TYPES, vocabularyBytes } from './vocabularyBytes.js'

/** Texts whose parts become tokens: others than those that the vocabularies are tried with. */
const sources = randomTexts(30, { seed: 7 }).map(({ text }) => text.toWellFormed())

/**
 * RWKV's kind: every byte, and parts of texts of up to ten bytes, which begin and end within characters too.
 *
 * @returns {Buffer} a GGUF file
 */
export function rwkvVocabulary() {
  const drawn = parts(sources.map((text) => [...Buffer.from(text)])).map((part) => Buffer.from(part))
  const bytes = Array.from({ length: 256 }, (_, byte) => Buffer.from([byte]))
  const tokens = ['<|rwkv:end|>', ...new Set([...bytes, ...drawn].map(escaped)), '<|im_start|>']
  const types = tokens.map(() => TOKEN_TYPES.normal)
  types[0] = TOKEN_TYPES.control
  types[types.length - 1] = TOKEN_TYPES.userDefined
  return vocabularyBytes([
    ['model', 'string', 'rwkv'],
    ['tokens', 'string[]', tokens],
    ['token_type', 'i32[]', types],
    ['bos_token_id', 'u32', 0],
    ['eos_token_id', 'u32', 0],
    ['unknown_token_id', 'u32', 0],
  ])
}

/**
 * PLaMo 2's kind: parts of texts of up to ten characters, with scores of which many are equal; characters without a token
 * become bytes.
 *
 * @returns {Buffer} a GGUF file
 */
export function plamo2Vocabulary() {
  const special = ['<|plamo:unk|>', '<|plamo:bos|>', '<|plamo:eos|>', '<|plamo:pad|>']
  const drawn = [...new Set(parts(sources.map((text) => [...text])).map((part) => part.join('')))]
  const tokens = [...special, ...byteTokens(), ...drawn, '<|im_start|>']
  const { unknown, control, byte, normal, userDefined } = TOKEN_TYPES
  const types = tokens.map((_, id) =>
    id === 0
      ? unknown
      : id < special.length
        ? control
        : id < special.length + 256
          ? byte
          : id === tokens.length - 1
            ? userDefined
            : normal,
  )
  const scores = tokens.map((_, id) => (id % 3 === 0 ? -(id % 7) : -((id * 40503) % 120001) / 10000))
  return vocabularyBytes([
    ['model', 'string', 'plamo2'],
    ['tokens', 'string[]', tokens],
    ['token_type', 'i32[]', types],
    ['scores', 'f32[]', scores],
    ['add_bos_token', 'bool', true],
    ['bos_token_id', 'u32', 1],
    ['eos_token_id', 'u32', 2],
    ['unknown_token_id', 'u32', 0],
  ])
}

/**
 * The kind of models of DNA: byte-pair encoding, and a token of each six bases.
 *
 * @returns {Buffer} a GGUF file
 */
export function dnaVocabulary() {
  const sixes = Array.from({ length: 4 ** 6 }, (_, index) =>
    Array.from({ length: 6 }, (_, at) => 'ACGT'[(index >> (2 * at)) & 3]).join(''),
  )
  const more = ['<dna>', '</dna>', '<oov>', ...sixes.map((bases) => `${bases}\ue000`)]
  return pairVocabulary({ model: 'hybriddna', pre: 'gpt-2', spelling: 'bytes', more })
}

/**
 * One part in a few of each text, again and again: the same on every run.
 *
 * @template T
 * @param {T[][]} texts
 * @returns {T[][]}
 */
function parts(texts) {
  return texts.flatMap((text, index) =>
    Array.from({ length: 5 }, (_, turn) => {
      const from = (index * 7919 + turn * 104729) % text.length
      return text.slice(from, from + 1 + ((index + turn * 3) % 10))
    }),
  )
}

/**
 * As Python writes bytes, between the quotes.
 *
 * @param {Buffer} bytes
 */
function escaped(bytes) {
  return [...bytes]
    .map((byte) => {
      const character = String.fromCharCode(byte)
      const known = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\\': '\\\\' }[character]
      const isPlain = byte >= 0x20 && byte < 0x7f
      return known ?? (isPlain ? character : `\\x${byte.toString(16).padStart(2, '0')}`)
    })
    .join('')
}
