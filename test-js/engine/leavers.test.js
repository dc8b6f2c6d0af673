import assert from 'node:assert/strict'
import { Worker } from 'node:worker_threads'
import { loadModel } from '../../js-bindings/lib/index.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

describe('Texts that leave in the middle of a step', () => {
  const file = withTinyModel()
  const endless = { temperature: 0.7, seed: 5, maxTokens: 240, logitBias: { 2: Number.NEGATIVE_INFINITY } }
  const prompt = (/** @type {number} */ number) =>
    Array.from({ length: 9 }, (_, i) => 3 + ((number + 7 * i) % 256))
  const numbers = Array.from({ length: 16 }, (_, i) => i)
  const stayers = [0, 1, 2, 3]
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model
  /** @type {number[][]} */
  let alone
  before(async () => {
    model = await loadModel(file.path, { threads: 1 })
    alone = []
    for (const number of stayers) alone.push(await tokensOf(number))
  })
  after(() => model.dispose())

  async function tokensOf(/** @type {number} */ number) {
    return (await model.generate(prompt(number), endless)).tokens
  }

  /**
   * Runs what leaves beside texts that stay, and are asked for until all have left.
   *
   * @param {() => Promise<unknown>} leave
   */
  async function besideThoseThatStay(leave) {
    let left = false
    const staying = stayers.map(async (number) => {
      do assert.deepEqual(await tokensOf(number), alone[number])
      while (!left)
    })
    try {
      await leave()
    } finally {
      left = true
    }
    await Promise.all(staying)
    const { running, waiting, paused } = model.stats()
    assert.deepEqual([running, waiting, paused], [0, 0, 0])
  }

  it('because their model was disposed of: those of another handle of its file go on', () =>
    besideThoseThatStay(async () => {
      const other = await loadModel(file.path, { threads: 1 })
      const leaving = numbers.map((number) => other.generate(prompt(number), endless))
      const ends = Promise.allSettled(leaving)
      for await (const piece of other.stream(prompt(16), endless)) if (piece !== '') break
      await other.dispose({ abort: true })
      for (const end of await ends)
        assert.ok(end.status === 'fulfilled' || end.reason.name === 'AbortError', String(end.reason))
    }))

  it('because who reads them throws', () =>
    besideThoseThatStay(() =>
      Promise.all(
        numbers.map((number) =>
          assert.rejects(
            async () => {
              for await (const piece of model.stream(prompt(number), endless))
                if (piece !== '') throw new RangeError(`the reader of ${number}`)
            },
            new RangeError(`the reader of ${number}`),
          ),
        ),
      ),
    ))

  it('because their worker was terminated', () =>
    besideThoseThatStay(async () => {
      const worker = new Worker(
        `import(process.argv[2]).then(async ({ loadModel }) => {
          const { path, prompts, options } = require('node:worker_threads').workerData
          const model = await loadModel(path, { threads: 1 })
          for (const prompt of prompts) model.stream(prompt, options)[Symbol.asyncIterator]().next()
            .then(() => require('node:worker_threads').parentPort.postMessage('begun'))
        })`,
        {
          eval: true,
          argv: [new URL('../../js-bindings/lib/index.js', import.meta.url).href],
          workerData: { path: file.path, prompts: numbers.map(prompt), options: endless },
        },
      )
      await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject))
      await worker.terminate()
    }))
})
