import assert from 'node:assert/strict'
import { WasmGuest } from '../../examples/wasm-guest/WasmGuest.js'
import { loadModel } from '../../js-bindings/lib/index.js'
import { buildWasmGuest } from '../../js-bindings/scripts/buildWasmGuest.js'
import { withTinyModel } from '../fixture/withTinyModel.js'
import { testModel } from '../testModel.js'

const PROMPT = 'The capital of France is'
const CONTEXT = 64

/** More tokens than go through the layers together: each byte is one in the tiny model. */
const LONG_PROMPT = 'The quick brown fox, 3 dogs; a sea of trees! '.repeat(4)

const file = (/** @type {string} */ name) =>
  new URL(`../../js-bindings/build/wasm-guest/${name}.wasm`, import.meta.url)

describe('The WebAssembly guest', function () {
  this.timeout(120_000)
  const tiny = withTinyModel()

  before(async () => {
    await buildWasmGuest({ log: () => undefined })
  })

  for (const [name, mostMegabytes] of /** @type {[string, number][]} */ ([
    ['onDemand', 24],
    ['forwardLayer', 4],
  ])) {
    describe(name, () => {
      /** @type {import('../../js-bindings/lib/index.js').Model} */
      let model
      /** @type {WasmGuest} */
      let guest

      const open = async (/** @type {string} */ path, context = CONTEXT) => {
        model = await loadModel(path)
        guest = await WasmGuest.open(file(name), model, context)
      }

      afterEach(async () => {
        guest?.close()
        await model?.dispose()
      })

      it('makes the tokens that the engine makes, from the same ids', async () => {
        await open(tiny.path, 256)
        for (const prompt of ['the thin hen', 'x', 'éπ<|im_end|>', LONG_PROMPT]) {
          const expected = await model.generate(prompt, { raw: true, temperature: 0, maxTokens: 40 })
          const { text, tokens, promptIds } = guest.generate(prompt, 40)
          assert.deepEqual(promptIds, model.tokenize(prompt, { special: true, addBos: true }))
          assert.deepEqual(tokens, expected.tokens)
          assert.equal(text, model.detokenize(expected.tokens))
          assert.ok(text.startsWith(expected.text)) // Which leaves a character out that maxTokens cut off.
        }
      })

      it('ends where the context does', async () => {
        await open(tiny.path)
        const { tokens, promptIds } = guest.generate('the thin hen', 1000)
        assert.ok(promptIds.length + tokens.length <= CONTEXT)
        assert.equal(guest.next(), undefined)
      })

      it('takes no more memory for more texts', async () => {
        await open(tiny.path)
        guest.generate('the thin hen', 20)
        const { memoryBytes } = guest
        for (let i = 0; i < 100; i++) guest.generate('the thin hen', 20)
        assert.equal(guest.memoryBytes, memoryBytes)
      })

      it('ends with the error of the host', async () => {
        await open(tiny.path)
        assert.throws(
          () => guest.generate('x'.repeat(CONTEXT + 1), 1),
          (error) => /error -17$/.test(error.message) && error.cause.code === 'BUFFER_TOO_SMALL',
        )
      })

      it('completes a text as the engine does, in little memory', async function () {
        await open(testModel(this))
        const expected = await model.generate(PROMPT, { raw: true, temperature: 0, maxTokens: 16 })
        const { text, tokens, promptIds } = guest.generate(PROMPT, 16)
        assert.deepEqual(promptIds, model.tokenize(PROMPT))
        assert.deepEqual(tokens, expected.tokens)
        assert.equal(text, expected.text)
        assert.match(text, /^ Paris\b/)
        assert.ok(guest.memoryBytes < mostMegabytes * 1e6, `${guest.memoryBytes} bytes`)
      })
    })
  }
})
