import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { engineModels } from '../../js-bindings/lib/catalog/engineModels.js'
import { inspect } from '../../js-bindings/lib/diagnostics.js'
import {
  closeSession,
  computeLogits,
  embedTokens,
  forwardLayer,
  loadModel,
  openSession,
  removeModel,
  storeModel,
} from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'

/** How far a log-probability may be from the exact one: nearest to it are the halves in which keys and values are kept. */
const TOLERANCE = 0.02

/** What ends a text, or has none, is no answer here. */
const CONTROL = [0, 1, 2]
const NO_CONTROL = Object.fromEntries(CONTROL.map((id) => [id, Number.NEGATIVE_INFINITY]))

/**
 * Tiny models of every architecture, in F32, with the exact results of a float64 program (test-java/src/test/python/golden).
 * `npm test` makes them and names their list in REALM_TEST_MATRIX.
 */
const list = process.env.REALM_TEST_MATRIX
const cases = list === undefined ? [] : JSON.parse(readFileSync(list, 'utf8'))
const models = cases.filter((tiny) => tiny.type === 'F32')
const reason = process.env.REALM_TEST_MATRIX_MISSING ?? 'npm test makes them'

describe('Every architecture', () => {
  if (list === undefined) {
    it(`runs in Node (no tiny models: ${reason})`, function () {
      if (process.env.CI === 'true') throw new Error(reason)
      this.skip()
    })
    return
  }

  it('is among the tiny models', () => {
    const architectures = new Set(models.map((tiny) => tiny.architecture))
    assert.deepEqual(
      engineModels.architectures.filter((name) => !architectures.has(name)),
      [],
    )
  })

  for (const tiny of models) {
    // The second sequence, of seven tokens and what its tokenizer puts around them.
    const ids = tiny.sequences[1]
    const isEncoder = (tiny.embeds || tiny.ranks) && tiny.architecture !== 'qwen3'

    it(`${tiny.model} is loaded, works, and is disposed of`, async () => {
      const model = await loadModel(`${tiny.path}.gguf`)
      try {
        assert.equal(model.architecture, tiny.architecture)
        if (isEncoder) {
          await assert.rejects(model.generate(ids, { maxTokens: 1 }), refusal('UNSUPPORTED_OPERATION'))
        } else {
          const { tokens } = await model.generate(ids, {
            temperature: 0,
            maxTokens: 1,
            logitBias: NO_CONTROL,
          })
          if (!tiny.embeds && !tiny.ranks) assert.deepEqual(tokens, [mostProbable(exact(tiny))])
        }
        const { embeddings } = await model.embed(['a b c', 'd'])
        for (const vector of embeddings) {
          assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5)
        }
      } finally {
        await model.dispose()
      }
    })

    if (tiny.embeds || tiny.ranks) continue

    it(`${tiny.model} goes layer by layer to the exact log-probabilities, or says that it cannot`, async () => {
      const { metadata } = await inspect(`${tiny.path}.gguf`)
      const id = await storeModel(`${tiny.path}.gguf`)
      if (metadata[`${tiny.architecture}.embedding_length_per_layer_input`] > 0) {
        // Each layer asks for the tokens, too, which a hidden state alone does not tell.
        await assert.rejects(openSession(id, ids.length), refusal('UNSUPPORTED_ARCHITECTURE'))
        await removeModel(id)
        return
      }
      const session = await openSession(id, ids.length)
      try {
        let hidden = await embedTokens(id, ids)
        // A head that guesses tokens is counted among the blocks, and is no layer of the model.
        const heads = metadata[`${tiny.architecture}.nextn_predict_layers`] ?? 0
        const layers = metadata[`${tiny.architecture}.block_count`] - heads
        for (let layer = 0; layer < layers; layer++) {
          hidden = await forwardLayer(session, layer, hidden, 0)
        }
        const logits = await computeLogits(id, hidden.slice(-hidden.length / ids.length))
        const sum = Math.log(logits.reduce((all, value) => all + Math.exp(value), 0))
        exact(tiny).forEach((value, token) => {
          assert.ok(Math.abs(logits[token] - sum - value) < TOLERANCE, `token ${token}`)
        })
      } finally {
        await closeSession(session)
        await removeModel(id)
      }
    })
  }
})

/** The exact log-probabilities after the second sequence. */
function exact({ path, sequences, width }) {
  const bytes = readFileSync(`${path}.exact`)
  const row = sequences[0].length + sequences[1].length - 1
  return Float32Array.from({ length: width }, (_, token) => bytes.readFloatLE(4 * (row * width + token)))
}

/** The token of the greatest value, but for control tokens. @param {Float32Array} values */
function mostProbable(values) {
  const others = values.map((value, token) => (CONTROL.includes(token) ? Number.NEGATIVE_INFINITY : value))
  return others.indexOf(Math.max(...others))
}
