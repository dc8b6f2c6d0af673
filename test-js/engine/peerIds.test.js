import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { installPeer } from '../../js-bindings/bench/installPeer.js'
import { openVocabulary } from '../../js-bindings/lib/diagnostics.js'
import { bpeKinds } from '../../test-java/src/test/node/bpeKinds.js'
import { dnaVocabulary } from '../../test-java/src/test/node/drawnVocabularies.js'
import { pairVocabulary } from '../../test-java/src/test/node/pairVocabulary.js'
import { randomTexts } from '../../test-java/src/test/node/randomTexts.js'

/** Vocabularies of real models, and one each of the kinds that none of those is of. */
const files = new URL('../../test-java/src/test/resources/ai/realm/tokenizer/vocab/', import.meta.url)

/** Each of a kind, made when it is its turn. @type {Map<string, () => Buffer>} */
const vocabularies = new Map([
  ...readdirSync(files)
    .filter((name) => name.endsWith('.gguf.gz'))
    .map((name) => /** @type {const} */ ([name, () => gunzipSync(readFileSync(new URL(name, files)))])),
  ...bpeKinds.map((kind) => /** @type {const} */ ([`${kind.model} ${kind.pre}`, () => pairVocabulary(kind)])),
  ['hybriddna', dnaVocabulary],
])

describe('The ids of random texts', () => {
  if (process.env.REALM_TEST_THOROUGH !== 'true') {
    // They fetch node-llama-cpp, and take minutes.
    it(`are those of node-llama-cpp with ${vocabularies.size} vocabularies (npm run test:thorough)`)
    return
  }
  // Others than those of the tests in Java, whose ids are kept in files.
  const texts = randomTexts(12, { seed: 1802 }).map(({ text }) => text.toWellFormed())
  const folder = mkdtempSync(join(tmpdir(), 'realm-peer-ids-'))
  /** @type {any} */
  let llama

  before(async function () {
    this.timeout('5m')
    const entry = createRequire(join(installPeer(console.error), 'package.json')).resolve('node-llama-cpp')
    const { getLlama } = await import(pathToFileURL(entry).href)
    llama = await getLlama({ gpu: false, build: 'never', logLevel: 'fatal' })
  })
  after(async () => {
    await llama?.dispose()
    rmSync(folder, { recursive: true })
  })

  for (const [name, make] of vocabularies) {
    it(`are those of node-llama-cpp with ${name}`, async function () {
      this.timeout('3m')
      const path = join(folder, 'vocabulary.gguf')
      writeFileSync(path, make())
      const peer = await llama.loadModel({ modelPath: path, vocabOnly: true })
      const vocabulary = await openVocabulary(path)
      try {
        for (const text of texts) {
          for (const special of [false, true]) {
            const expected = [...peer.tokenize(text, special)]
            assert.deepEqual(
              vocabulary.tokenize(text, { special }),
              expected,
              JSON.stringify({ text, special }),
            )
          }
        }
      } finally {
        await vocabulary.dispose()
        await peer.dispose()
      }
    })
  }
})
