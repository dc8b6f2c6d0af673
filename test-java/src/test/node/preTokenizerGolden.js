// Writes the ids that llama.cpp gives with every pre-tokenizer, as the tests of ai.realm.tokenizer expect them:
//   npm install --prefix /some/folder node-llama-cpp@3.22.1
//   node preTokenizerGolden.js /some/folder [TEXTS_A_FAMILY [OUT.json.gz]]
// Kinds with the same ids for every text stand together.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { bpeKinds, hardTexts } from './bpeKinds.js'
import { pairVocabulary, SYMBOLS } from './pairVocabulary.js'
import { randomTexts } from './randomTexts.js'

const golden = new URL('../resources/ai/realm/tokenizer/preTokenizers.golden.json.gz', import.meta.url)
const [peerFolder, count = '6', out = golden.pathname] = process.argv.slice(2)
const texts = [...hardTexts, ...randomTexts(Number(count)).map(({ text }) => text.toWellFormed())]
const { getLlama } = await import(
  pathToFileURL(resolve(peerFolder, 'node_modules/node-llama-cpp/dist/index.js')).href
)
const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'fatal' })
const modelPath = join(mkdtempSync(join(tmpdir(), 'golden-')), 'vocabulary.gguf')
const groups = new Map()
for (const kind of bpeKinds) {
  writeFileSync(modelPath, pairVocabulary(kind))
  const model = await llama.loadModel({ modelPath, vocabOnly: true })
  const answer = {
    spelling: kind.spelling,
    addsBos: model.tokens.shouldPrependBosToken,
    ids: texts.map((text) => model.tokenize(text, false)),
  }
  await model.dispose()
  const key = JSON.stringify(answer)
  if (!groups.has(key)) groups.set(key, { kinds: [], ...answer })
  groups.get(key).kinds.push({ model: kind.model, pre: kind.pre })
}
rmSync(resolve(modelPath, '..'), { recursive: true })
await llama.dispose()
const result = { symbols: SYMBOLS, texts, groups: [...groups.values()] }
writeFileSync(out, gzipSync(JSON.stringify(result), { level: 9 }))
