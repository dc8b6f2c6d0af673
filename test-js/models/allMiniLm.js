import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { blockTypes } from '../../js-bindings/bench/models/blockTypes.js'
import { ggufEntries, ggufHead, ggufParts } from '../../js-bindings/bench/models/ggufParts.js'
import { readSafetensors } from './readSafetensors.js'

/** What marks the beginning of a word in GGUF's form of a WordPiece vocabulary. */
const WORD = '\u2581'

/** Where BERT's tensors are in the checkpoint, by their names in GGUF. `#` is the number of a layer. */
const TENSORS = {
  'token_embd.weight': 'embeddings.word_embeddings.weight',
  'position_embd.weight': 'embeddings.position_embeddings.weight',
  'token_types.weight': 'embeddings.token_type_embeddings.weight',
  token_embd_norm: 'embeddings.LayerNorm',
  'blk.#.attn_q': 'encoder.layer.#.attention.self.query',
  'blk.#.attn_k': 'encoder.layer.#.attention.self.key',
  'blk.#.attn_v': 'encoder.layer.#.attention.self.value',
  'blk.#.attn_output': 'encoder.layer.#.attention.output.dense',
  'blk.#.attn_output_norm': 'encoder.layer.#.attention.output.LayerNorm',
  'blk.#.ffn_up': 'encoder.layer.#.intermediate.dense',
  'blk.#.ffn_down': 'encoder.layer.#.output.dense',
  'blk.#.layer_output_norm': 'encoder.layer.#.output.LayerNorm',
}

/** Tables that stay F32 in files of every type. */
const ALWAYS_F32 = ['position_embd.weight', 'token_types.weight']

/**
 * Writes all-MiniLM-L6-v2 as a GGUF file, with the names and metadata that llama.cpp's converter gives it. The same type
 * gives the same bytes each time.
 *
 * @param {string} from a folder with the model's `config.json`, `vocab.txt` and `model.safetensors`
 * @param {string} to the path of the file that is written
 * @param {'F32' | 'F16' | 'Q8_0'} type of the matrices
 */
export function writeAllMiniLm(from, to, type) {
  const config = JSON.parse(readFileSync(join(from, 'config.json'), 'utf8'))
  const checkpoint = readSafetensors(join(from, 'model.safetensors'))
  const tensors = tensorNames(config.num_hidden_layers).map(([name, source]) => {
    const { shape, values } = checkpoint(source)
    const isMatrix = shape.length > 1 && !ALWAYS_F32.includes(name)
    return { name, shape: shape.toReversed(), values, blockType: blockTypes[isMatrix ? type : 'F32'] }
  })
  const file = openSync(to, 'w')
  try {
    const infos = tensors.map(({ name, shape, values, blockType }) => ({
      name,
      shape,
      type: blockType.type,
      bytes: (values.length / blockType.values) * blockType.bytes,
    }))
    writeSync(file, ggufHead(ggufEntries(metadata(config, from, type)), infos))
    for (const { values, blockType } of tensors) {
      writeSync(file, ggufParts.padded(blocksOf(values, blockType)))
    }
  } finally {
    closeSync(file)
  }
}

/** @param {number} layers */
function tensorNames(layers) {
  return Object.entries(TENSORS).flatMap(([name, source]) => {
    const kinds = name.endsWith('.weight') ? [''] : ['.weight', '.bias']
    const numbers = name.includes('#') ? [...Array(layers).keys()].map(String) : ['']
    return numbers.flatMap((number) =>
      kinds.map((kind) => [name.replace('#', number) + kind, source.replace('#', number) + kind]),
    )
  })
}

/**
 * @param {any} config
 * @param {string} from
 * @param {'F32' | 'F16' | 'Q8_0'} type
 * @returns {[key: string, type: string, value: any][]}
 */
function metadata(config, from, type) {
  const words = readFileSync(join(from, 'vocab.txt'), 'utf8').trimEnd().split('\n')
  const roles = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
  const [padding, unknown, cls, separator, mask] = roles.map((role) => words.indexOf(role))
  return [
    ['general.architecture', 'string', 'bert'],
    ['general.type', 'string', 'model'],
    ['general.name', 'string', 'All MiniLM L6 v2'],
    ['general.license', 'string', 'apache-2.0'],
    ['general.file_type', 'u32', blockTypes[type].fileType],
    ['bert.block_count', 'u32', config.num_hidden_layers],
    ['bert.context_length', 'u32', config.max_position_embeddings],
    ['bert.embedding_length', 'u32', config.hidden_size],
    ['bert.feed_forward_length', 'u32', config.intermediate_size],
    ['bert.attention.head_count', 'u32', config.num_attention_heads],
    ['bert.attention.layer_norm_epsilon', 'f32', config.layer_norm_eps],
    ['bert.attention.causal', 'bool', false],
    ['bert.pooling_type', 'u32', 1],
    ['tokenizer.ggml.model', 'string', 'bert'],
    ['tokenizer.ggml.pre', 'string', 'jina-v2-en'],
    ['tokenizer.ggml.token_type_count', 'u32', config.type_vocab_size],
    ['tokenizer.ggml.tokens', 'string[]', words.map(phantomSpace)],
    ['tokenizer.ggml.token_type', 'i32[]', words.map((word) => (roles.includes(word) ? 3 : 1))],
    ['tokenizer.ggml.unknown_token_id', 'u32', unknown],
    ['tokenizer.ggml.seperator_token_id', 'u32', separator],
    ['tokenizer.ggml.padding_token_id', 'u32', padding],
    ['tokenizer.ggml.cls_token_id', 'u32', cls],
    ['tokenizer.ggml.mask_token_id', 'u32', mask],
  ]
}

/**
 * A token as GGUF has it: what begins a word is marked, and what continues one has lost its `##`.
 *
 * @param {string} word
 */
function phantomSpace(word) {
  if (word.startsWith('[') && word.endsWith(']')) return word
  return word.startsWith('##') ? word.slice(2) : WORD + word
}

/**
 * @param {Float32Array} values
 * @param {import('../../js-bindings/bench/models/blockTypes.js').BlockType} type
 */
function blocksOf(values, { values: length, bytes, quantize }) {
  if (quantize === undefined) return Buffer.from(values.buffer, values.byteOffset, values.byteLength)
  const blocks = Buffer.alloc((values.length / length) * bytes)
  // Blocks of one value are made in one go.
  const step = length === 1 ? values.length : length
  for (let i = 0; i < values.length; i += step) {
    quantize(
      values.subarray(i, i + step),
      blocks.subarray((i / length) * bytes, ((i + step) / length) * bytes),
    )
  }
  return blocks
}
