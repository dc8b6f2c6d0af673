// Writes the ids that llama.cpp's tokenizers give for random texts, as the tests of ai.realm.tokenizer expect them:
//   npm install --prefix /some/folder node-llama-cpp@3.22.1
//   node tokenizerGolden.js /some/folder [TEXTS_A_FAMILY [OUT.json.gz]]
// The texts are the same on every run. Vocabularies are those beside the result; a gpt2 vocabulary stands in for
// pre-tokenizers without one here, with its key tokenizer.ggml.pre rewritten.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { randomTexts } from './randomTexts.js'

const resources = new URL('../resources/ai/realm/tokenizer/', import.meta.url)
const [peerFolder, count = '40', out = new URL('llamaCppIds.golden.json.gz', resources).pathname] =
  process.argv.slice(2)

const vocabularies = [
  'bert-bge',
  'deepseek-coder',
  'falcon',
  'gpt-2',
  'llama-spm',
  'phi-3',
  'plamo2',
  'rwkv',
  'smollm2',
  'unigram',
]
const preTokenizers = [
  'default',
  'falcon',
  'deepseek-coder',
  'deepseek-llm',
  'llama-bpe',
  'mpt',
  'qwen2',
  'refact',
  'smollm',
  'starcoder',
]

const texts = randomTexts(Number(count)).map(({ family, text }) => ({
  family,
  text,
  plain: [],
  // The ids with special tokens parsed, where it matters.
  special: family === 'special' ? [] : undefined,
}))
const { getLlama } = await import(
  pathToFileURL(resolve(peerFolder, 'node_modules/node-llama-cpp/dist/index.js')).href
)
const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'fatal' })
const folder = mkdtempSync(join(tmpdir(), 'golden-'))
const tokenizers = []
for (const vocabulary of vocabularies) {
  tokenizers.push({ vocabulary, ...(await ask(readVocabulary(vocabulary))) })
}
for (const pre of preTokenizers) {
  tokenizers.push({
    vocabulary: 'gpt-2',
    pre,
    ...(await ask(withPreTokenizer(readVocabulary('gpt-2'), pre))),
  })
}
rmSync(folder, { recursive: true })
await llama.dispose()
writeFileSync(out, gzipSync(JSON.stringify({ tokenizers, texts }), { level: 9 }))

function readVocabulary(name) {
  return gunzipSync(readFileSync(new URL(`vocab/${name}.gguf.gz`, resources)))
}

/**
 * Adds to each text the ids that node-llama-cpp gives for it with this vocabulary (all of a text stand together, which
 * compresses well), and returns what it says of the tokens with a role.
 */
async function ask(file) {
  const modelPath = join(folder, 'vocabulary.gguf')
  writeFileSync(modelPath, file)
  const model = await llama.loadModel({ modelPath, vocabOnly: true })
  for (const { text, plain, special } of texts) {
    plain.push(model.tokenize(text, false))
    special?.push(model.tokenize(text, true))
  }
  const size = model.fileInfo.metadata.tokenizer.ggml.tokens.length
  const roles = {
    bos: model.tokens.bos ?? -1,
    eos: model.tokens.eos ?? -1,
    addsBos: model.tokens.shouldPrependBosToken,
    addsEos: model.tokens.shouldAppendEosToken,
    endOfGeneration: [...Array(size).keys()].filter((id) => model.isEogToken(id)),
  }
  await model.dispose()
  return roles
}

/** The file with another value of the key tokenizer.ggml.pre. */
function withPreTokenizer(file, pre) {
  const key = 'tokenizer.ggml.pre'
  const value = file.indexOf(key) + key.length + 4
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(pre.length))
  const rest = value + 8 + Number(file.readBigUInt64LE(value))
  return Buffer.concat([file.subarray(0, value), length, Buffer.from(pre), file.subarray(rest)])
}
