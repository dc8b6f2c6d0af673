import { deepEqual, equal, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getTensor, loadModel, removeModel, storeModel } from 'realm-ai'
import { toHalf } from '../../js-bindings/bench/models/blockTypes.js'
import { generateModel, mixtures } from '../../js-bindings/bench/models/generateModel.js'
import { requantizeModel } from '../../js-bindings/bench/models/requantizeModel.js'
import { runMakeModel } from '../../js-bindings/bench/models/runMakeModel.js'
import { shapes } from '../../js-bindings/bench/models/shapes.js'
import { inspect } from '../../js-bindings/lib/diagnostics.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

/** What makes a shape small. */
const SMALL = {
  embedding: 256,
  layers: 8,
  feedForward: 512,
  heads: 4,
  kvHeads: 2,
  headDim: 64,
  vocabulary: 320,
}

/** A small llama. */
const SHAPE = { ...shapes['llama-1.1b'], ...SMALL }

describe('npm run bench:model', () => {
  const tiny = withTinyModel()
  /** @type {string} */
  let folder

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'realm-models-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  /** @param {string} path */
  async function typesIn(path) {
    const { tensors } = await inspect(path)
    return new Map(tensors.map(({ name, type }) => [name, type]))
  }

  /** Tokens of an answer that does not end by itself. @param {string} path */
  async function answer(path) {
    const model = await loadModel(path)
    try {
      return (await model.generate([3, 4, 5], { maxTokens: 8, temperature: 0, logitBias: { 2: -100 } }))
        .tokens
    } finally {
      await model.dispose()
    }
  }

  for (const mixture of mixtures) {
    it(`generates a llama in ${mixture} that runs, the same each time`, async () => {
      const path = join(folder, 'one.gguf')
      generateModel(path, mixture, SHAPE)
      const types = await typesIn(path)
      const few =
        { Q4_K_M: 'Q4_K', Q5_K_M: 'Q5_K', Q3_K_M: 'Q3_K', MXFP4_MOE: 'Q8_0' }[
          /** @type {string} */ (mixture)
        ] ?? mixture
      const more = few === 'Q8_0' ? 'Q8_0' : 'Q6_K'
      equal(types.get('token_embd.weight'), few)
      equal(types.get('output.weight'), more)
      deepEqual(
        Array.from({ length: SHAPE.layers }, (_, layer) => types.get(`blk.${layer}.ffn_down.weight`)),
        [more, few, few, more, few, few, more, more],
      )
      const tokens = await answer(path)
      equal(tokens.length, 8)
      generateModel(join(folder, 'other.gguf'), mixture, SHAPE)
      deepEqual(await answer(join(folder, 'other.gguf')), tokens)
    })
  }

  for (const [name, shape] of Object.entries(shapes)) {
    it(`generates ${name}'s form, which runs`, async () => {
      const path = join(folder, 'form.gguf')
      // Two layers, one of each kind.
      const kinds = { attention: [1], interval: 2, localHeadDim: 64, shared: 0, inputs: 32 }
      generateModel(path, 'Q4_K_M', { ...shape, ...SMALL, layers: 2, ...kinds })
      equal((await answer(path)).length, 8)
    })
  }

  it('has the experts of gpt-oss in MXFP4, and all else in Q8_0', async () => {
    const path = join(folder, 'experts.gguf')
    generateModel(path, 'MXFP4_MOE', { ...shapes['gpt-oss-20b-8l'], ...SMALL, layers: 1 })
    const types = await typesIn(path)
    equal(types.get('blk.0.ffn_down_exps.weight'), 'MXFP4')
    equal(types.get('blk.0.attn_v.weight'), 'Q8_0')
    equal((await answer(path)).length, 8)
  })

  it('lets layers of Gemma 4 share keys and values', async () => {
    const path = join(folder, 'shared.gguf')
    const kinds = { interval: 2, localHeadDim: 32, shared: 2, inputs: 32 }
    generateModel(path, 'Q4_K_M', { ...shapes['gemma4-e2b-12l'], ...SMALL, layers: 4, ...kinds })
    equal((await answer(path)).length, 8)
  })

  it('takes other types for rows that are no multiple of 256, as llama.cpp does', async () => {
    const path = join(folder, 'odd.gguf')
    generateModel(path, 'Q4_K_M', { ...shapes['gemma3-1b'], ...SMALL, layers: 1, embedding: 320 })
    const types = await typesIn(path)
    equal(types.get('token_embd.weight'), 'Q8_0')
    equal(types.get('blk.0.attn_q.weight'), 'Q5_0')
    equal(types.get('blk.0.attn_output.weight'), 'Q4_K')
    equal((await answer(path)).length, 8)
  })

  for (const [type, share] of /** @type {const} */ ([
    ['Q8_0', 0.57 / 127], // Half a step, and what its F16 loses at the largest value.
    ['Q4_0', 1.01 / 8], // A whole step, where the largest value of the other sign becomes 7.
    ['IQ4_NL', 14.1 / 127], // Where the largest value of the other sign becomes 113.
    ['MXFP4', 0.2501], // Where a value next to 16 becomes 12.
  ])) {
    it(`requantizes to ${type}`, async () => {
      const path = join(folder, 'requantized.gguf')
      await requantizeModel(tiny.path, path, type)
      const ids = [await storeModel(tiny.path), await storeModel(path)]
      try {
        for (const [name, of] of await typesIn(path)) {
          const [exact, rounded] = await Promise.all(ids.map((id) => getTensor(id, name)))
          if (name.endsWith('norm.weight')) {
            equal(of, 'F32')
            deepEqual(rounded, exact)
            continue
          }
          equal(of, type)
          for (let i = 0; i < exact.length; i += 32) {
            const largest = Math.max(...exact.subarray(i, i + 32).map(Math.abs))
            for (let j = i; j < i + 32; j++) {
              ok(Math.abs(rounded[j] - exact[j]) <= largest * share, `${name} ${j}`)
            }
          }
        }
      } finally {
        for (const id of ids) await removeModel(id)
      }
      const [{ metadata: before }, { metadata }] = await Promise.all([inspect(tiny.path), inspect(path)])
      deepEqual(metadata, {
        ...before,
        'general.file_type': { Q8_0: 7, Q4_0: 2, IQ4_NL: 25, MXFP4: 38 }[type],
      })
      equal((await answer(path)).length, 8)
    })
  }

  it('writes where it is told to', async () => {
    const path = join(folder, 'told.gguf')
    await runMakeModel(['requantize', 'Q8_0', path, '--model', tiny.path])
    equal((await typesIn(path)).get('token_embd.weight'), 'Q8_0')
  })

  it('rounds to half floats as IEEE 754 has it', () => {
    /** @type {[number, number][]} */
    const halves = [
      [0, 0],
      [-0, 0x8000],
      [1, 0x3c00],
      [-2, 0xc000],
      [65504, 0x7bff],
      [65520, 0x7c00],
      [2 ** -14, 0x0400],
      [2 ** -24, 1],
      [2 ** -25, 0],
      [3 * 2 ** -25, 2],
      [1 + 2 ** -11, 0x3c00],
      [1 + 3 * 2 ** -11, 0x3c02],
      [2 - 2 ** -12, 0x4000],
    ]
    for (const [value, bits] of halves) equal(toHalf(value), bits, String(value))
  })
})
