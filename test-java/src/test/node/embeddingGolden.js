// Writes the vectors that llama.cpp gives for the texts of src/test/python/minilm_texts.json:
//   npm install --prefix /some/folder node-llama-cpp@3.22.1
//   node embeddingGolden.js /some/folder MODEL.gguf OUT.json
// OUT.json is {"texts": [{"text", "peerIds", "peer"}]}: llama.cpp's ids of the plain text, cut to the model's 512 positions
// with the closing [SEP] kept, and the normalized vector as base64 of little-endian f32.

import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const CLS = 101
const SEPARATOR = 102
const [peerFolder, path, to] = process.argv.slice(2)
const source = new URL('../python/minilm_texts.json', import.meta.url)
const { getLlama } = await import(
  pathToFileURL(resolve(peerFolder, 'node_modules/node-llama-cpp/dist/index.js')).href
)
const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'error' })
const model = await llama.loadModel({ modelPath: resolve(path) })
// One position more than the model has: node-llama-cpp wants it to be left over.
const context = await model.createEmbeddingContext({ contextSize: 513 })
const texts = []
for (const text of JSON.parse(readFileSync(source, 'utf8'))) {
  const peerIds = [CLS, ...model.tokenize(text, false).slice(0, 510), SEPARATOR]
  const { vector } = await context.getEmbeddingFor([...peerIds])
  const length = Math.hypot(...vector)
  const peer = Buffer.from(Float32Array.from(vector, (value) => value / length).buffer).toString('base64')
  texts.push({ text, peerIds, peer })
}
await llama.dispose()
writeFileSync(to, JSON.stringify({ texts }))
