import { deepEqual } from 'node:assert/strict'
import { measurePass } from '../../js-bindings/bench/measurePass.js'

/**
 * An engine whose prompt takes 4 ms a token, and each token after the first 20 ms, on a clock of its own.
 *
 * @param {number} [firstTokens] how many tokens the first text holds
 */
function fixedEngine(firstTokens = 1) {
  let now = 1000
  /** @type {import('../../js-bindings/bench/openEngine.js').Engine} */
  const engine = {
    loadMs: 1,
    async generate(ids, count, onText) {
      now += 4 * ids.length + 20 * (firstTokens - 1)
      let all = firstTokens
      let isWanted = onText('a')
      while (isWanted && all < count) {
        now += 20
        all++
        isWanted = onText('b')
      }
      // What comes after the last token is not counted.
      now += 5000
      return { first: firstTokens, all }
    },
    describe: async () => 'fixed',
    close: async () => undefined,
  }
  return { engine, clock: () => now }
}

const ids = Array.from({ length: 100 }, (_, index) => index)

describe('measurePass', () => {
  it('counts the prompt until the first token, and the tokens after it from then on', async () => {
    const { engine, clock } = fixedEngine()
    const pass = { promptTokens: 50, decodedTokens: 64, prefill: 'prefill-50', decode: 'decode-50' }
    deepEqual(await measurePass(engine, ids, pass, clock), { 'prefill-50': 250, 'decode-50': 50 })
  })

  it('counts no token of the first text as decoded after it', async () => {
    const { engine, clock } = fixedEngine(3)
    const pass = { promptTokens: 50, decodedTokens: 64, decode: 'decode-50' }
    deepEqual(await measurePass(engine, ids, pass, clock), { 'decode-50': 50 })
  })

  it('ends with the first text after the limit, and says how many tokens there were', async () => {
    const { engine, clock } = fixedEngine()
    const pass = { promptTokens: 25, decodedTokens: 64, decode: 'speed', tokens: 'made', limitMs: 150 }
    // The first token is there after 100 ms, and two more until 140 ms; the fourth is the first one late.
    deepEqual(await measurePass(engine, ids, pass, clock), { speed: 50, made: 4 })
    deepEqual(await measurePass(engine, ids, { ...pass, limitMs: 9999 }, clock), { speed: 50, made: 65 })
  })

  it('takes one more text where the first is late', async () => {
    const { engine, clock } = fixedEngine()
    const pass = { promptTokens: 50, decodedTokens: 64, decode: 'speed', tokens: 'made', limitMs: 150 }
    deepEqual(await measurePass(engine, ids, pass, clock), { speed: 50, made: 2 })
  })

  it('gives only what is wanted', async () => {
    const { engine, clock } = fixedEngine()
    const pass = { promptTokens: 10, decodedTokens: 0, prefill: 'prefill-10' }
    deepEqual(await measurePass(engine, ids, pass, clock), { 'prefill-10': 250 })
    deepEqual(await measurePass(engine, ids, { promptTokens: 1, decodedTokens: 2 }, clock), {})
  })
})
