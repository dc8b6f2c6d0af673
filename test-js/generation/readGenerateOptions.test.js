import assert from 'node:assert/strict'
import { generateOptions } from '../../js-bindings/lib/generation/options.js'
import { readGenerateOptions } from '../../js-bindings/lib/generation/readGenerateOptions.js'
import { refusal } from '../fixture/refusal.js'

/** Texts of one letter are tokens, and two have the same. */
const tokensOf = (text) => ({
  ids: text === 'z' ? [25, 26] : text.length === 1 ? [text.charCodeAt(0) - 97] : [],
  pieces: [...text].map((letter) => ({ id: letter.charCodeAt(0) - 97, text: letter })),
})
const read = (options) =>
  readGenerateOptions(options, { what: 'the options of generate', vocabularySize: 100, tokensOf })
const refuses = (options, code, ...parts) => assert.throws(() => read(options), refusal(code, ...parts))

describe('The options of a generation', () => {
  it('are told to the engine as they were given: it has the defaults', () => {
    const { engine, turn, n, raw, showFormat, continueFinal, ...others } = read({})
    assert.deepEqual(
      { engine, n, raw, showFormat, continueFinal },
      { engine: {}, n: 1, raw: false, showFormat: true, continueFinal: false },
    )
    for (const value of Object.values({ ...turn, ...others })) assert.equal(value, undefined)
    assert.deepEqual(read({ topK: 3, raw: true }).engine, { topK: 3 })
  })

  it('count as left out where they are undefined or null, as in the requests of HTTP clients', () => {
    for (const name of Object.keys(generateOptions)) {
      assert.deepEqual(read({ [name]: null }), read({}))
      assert.deepEqual(read({ [name]: undefined }), read({}))
    }
  })

  it('may lie at the ends of their ranges', () => {
    const most = {
      maxTokens: 2 ** 31 - 1,
      temperature: 100,
      topK: 2 ** 31 - 1,
      topP: 1,
      minP: 1,
      typicalP: 1,
      topNSigma: 100,
      xtc: { probability: 1, threshold: 0.5 },
      dry: { multiplier: 100, base: 100, allowedLength: 2 ** 31 - 1, lastN: 2 ** 31 - 1, breakers: ['x'] },
      dynamicTemperature: { range: 100, exponent: 100 },
      mirostat: { version: 2, tau: 100, eta: 1 },
      adaptiveP: { target: 1, decay: 0.99 },
      repeatPenalty: 10,
      presencePenalty: 10,
      frequencyPenalty: 10,
      seed: Number.MAX_SAFE_INTEGER,
    }
    const least = {
      maxTokens: 1,
      temperature: 0,
      topK: 0,
      topP: 0,
      minP: 0,
      typicalP: 0,
      topNSigma: 0,
      xtc: { probability: 0, threshold: 0 },
      dry: { multiplier: 0, base: 1, allowedLength: 0, lastN: -1, breakers: [] },
      dynamicTemperature: { range: 0 },
      mirostat: {},
      adaptiveP: { target: 0 },
      repeatPenalty: Number.MIN_VALUE,
      presencePenalty: -10,
      frequencyPenalty: -10,
      seed: Number.MIN_SAFE_INTEGER,
    }
    for (const options of [most, least]) {
      assert.deepEqual(read(options).engine, options)
    }
  })

  for (const [name, values] of Object.entries({
    maxTokens: [0, -1, 1.5, 2 ** 31],
    temperature: [-0.1, 100.1],
    topK: [-1, 0.5, 2 ** 31],
    topP: [-1, 1.01],
    minP: [-0.01, 1.01],
    repeatPenalty: [0, -1, 10.1],
    presencePenalty: [-10.1, 10.1],
    frequencyPenalty: [-10.1, 10.1],
    seed: [-(2 ** 53), 0.5, 2 ** 53],
  })) {
    it(`refuse a ${name} that is out of range, no finite number, or of another type`, () => {
      for (const value of [...values, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        refuses({ [name]: value }, 'INVALID_ARGUMENT', `${name}: received ${value}, expected a`)
      }
      for (const value of ['1', true, {}, [1], 1n]) {
        refuses({ [name]: value }, 'INVALID_ARGUMENT', `${name}: received`, 'expected a')
      }
    })
  }

  it('that are objects refuse other fields, numbers out of their ranges, and the lack of one', () => {
    refuses({ xtc: { probability: 1.1 } }, 'INVALID_ARGUMENT', 'xtc.probability', '1.1', 'from 0 to 1')
    refuses({ xtc: { treshold: 0.1 } }, 'INVALID_ARGUMENT', 'xtc', 'Did you mean threshold?')
    refuses({ xtc: 0.5 }, 'INVALID_ARGUMENT', 'xtc', '0.5', 'an object')
    refuses({ dry: { breakers: [''] } }, 'INVALID_ARGUMENT', 'dry.breakers[0]')
    refuses({ dry: { lastN: -2 } }, 'INVALID_ARGUMENT', 'dry.lastN', '-2')
    refuses({ mirostat: { version: 3 } }, 'INVALID_ARGUMENT', 'mirostat.version', '3')
    refuses({ adaptiveP: {} }, 'INVALID_ARGUMENT', 'adaptiveP.target', 'undefined')
    refuses(
      { dynamicTemperature: { exponent: 0, range: 1 } },
      'INVALID_ARGUMENT',
      'dynamicTemperature.exponent',
    )
  })

  it('take one stop text or several', () => {
    assert.deepEqual(read({ stop: 'END' }).engine.stop, ['END'])
    assert.deepEqual(read({ stop: ['a', '\n'] }).engine.stop, ['a', '\n'])
    assert.deepEqual(read({ stop: [] }).engine.stop, [])
  })

  it('refuse stop texts that could not work', () => {
    refuses({ stop: '' }, 'INVALID_ARGUMENT', 'stop: received ""', 'not empty')
    refuses({ stop: ['a', ''] }, 'INVALID_ARGUMENT', 'stop[1]: received ""')
    refuses({ stop: ['a', 1] }, 'INVALID_ARGUMENT', 'stop[1]: received 1')
    refuses({ stop: ['\ud800'] }, 'INVALID_ARGUMENT', 'stop[0]', 'toWellFormed')
    refuses({ stop: 5 }, 'INVALID_ARGUMENT', 'stop: received 5')
    refuses({ stop: new Array(17).fill('x') }, 'INVALID_ARGUMENT', 'an array of 17', 'at most 16')
  })

  it('take logit biases as an object or a Map', () => {
    assert.deepEqual(read({ logitBias: { 5: -1.5, 99: 100 } }).engine.logitBias, { 5: -1.5, 99: 100 })
    const map = new Map([
      [0, Number.NEGATIVE_INFINITY],
      [7, 2],
    ])
    assert.deepEqual(read({ logitBias: map }).engine.logitBias, { 0: '-Infinity', 7: 2 })
  })

  it('take logit biases by text, and as pairs, as clients of llama.cpp send them', () => {
    assert.deepEqual(read({ logitBias: { b: 2, z: -Infinity, 5: 1 } }).engine.logitBias, {
      1: 2,
      5: 1,
      25: '-Infinity',
      26: '-Infinity',
    })
    const pairs = [
      [7, 2],
      ['c', false],
    ]
    assert.deepEqual(read({ logitBias: pairs }).engine.logitBias, { 2: '-Infinity', 7: 2 })
    assert.deepEqual(read({ logitBias: new Map(pairs) }).engine.logitBias, { 2: '-Infinity', 7: 2 })
    // There a string is a text, also one of digits.
    refuses({ logitBias: [['42', 1]] }, 'INVALID_ARGUMENT', 'the text "42"', '2 tokens')
  })

  it('refuse a logit bias of a text that is several tokens, and name them', () => {
    refuses(
      { logitBias: { ab: 1 } },
      'INVALID_ARGUMENT',
      'logitBias: received the text "ab", expected a text that is one token',
      '2 tokens: "a" (0), "b" (1)',
    )
  })

  it('refuse logit biases of other ids and other numbers', () => {
    refuses({ logitBias: { 100: 1 } }, 'TOKEN_OUT_OF_RANGE', 'received 100', 'from 0 to 99')
    refuses({ logitBias: { '-1': 1 } }, 'TOKEN_OUT_OF_RANGE', 'received -1')
    refuses({ logitBias: { the: 1 } }, 'INVALID_ARGUMENT', 'logitBias: received the text "the"')
    refuses({ logitBias: new Map([[1.5, 1]]) }, 'INVALID_ARGUMENT', 'received 1.5')
    refuses({ logitBias: { 1: Number.NaN } }, 'INVALID_ARGUMENT', 'logitBias[1]: received NaN')
    refuses({ logitBias: { 1: Number.POSITIVE_INFINITY } }, 'INVALID_ARGUMENT', 'received Infinity')
    refuses({ logitBias: { 1: '2' } }, 'INVALID_ARGUMENT', 'received "2"')
    refuses({ logitBias: [1] }, 'INVALID_ARGUMENT', 'logitBias[0]: received 1')
    refuses({ logitBias: 1 }, 'INVALID_ARGUMENT', 'received 1')
  })

  it('refuse other types for raw, system and signal', () => {
    refuses({ raw: 'yes' }, 'INVALID_ARGUMENT', 'raw: received "yes", expected true or false')
    refuses({ system: 1 }, 'INVALID_ARGUMENT', 'system: received 1, expected a string')
    refuses({ system: 'a\udc00' }, 'INVALID_ARGUMENT', 'system', 'lone surrogate')
    refuses({ signal: {} }, 'INVALID_ARGUMENT', 'signal: received an object, expected an AbortSignal')
    refuses({ signal: new AbortController() }, 'INVALID_ARGUMENT', 'received an AbortController, expected')
  })

  it('refuse names that they do not have', () => {
    refuses({ temprature: 1 }, 'INVALID_ARGUMENT', 'the options of generate', 'Did you mean temperature?')
  })
})
