import { deepEqual, equal, match, rejects } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runGuestBench } from '../../js-bindings/bench/guests/runGuestBench.js'
import { writeQ4kFile } from '../../js-bindings/bench/guests/writeQ4kFile.js'
import { getTensor, removeModel, storeModel } from '../../js-bindings/lib/index.js'
import { SetupError } from '../../js-bindings/scripts/runProgram.js'

/**
 * Runs the command with made-up values of all figures.
 *
 * @param {string[]} args
 * @param {number[]} [made]
 */
async function run(args, made = [3]) {
  let printed = ''
  /** @type {any} */
  let asked
  await runGuestBench(args, {
    async measure(groups, options) {
      const ids = groups.flatMap(({ figures }) => figures.map(({ id }) => id))
      asked = { ids, ...options }
      return { model: 'a-model', engine: 'ours', values: Object.fromEntries(ids.map((id) => [id, made])) }
    },
    write: (text) => {
      printed += text
    },
  })
  return { printed, asked }
}

describe('npm run bench:guests', () => {
  it('prints a table with the median, the least and the greatest', async () => {
    const { printed } = await run(['--guests', '4', '--rounds', '3'], [6, 5, 10])
    match(printed, /^machine: .+\nengine: ours\nmodel: a-model; 4 guests; .* of 3 rounds$/m)
    match(
      printed,
      /^\| guest with weights on demand, second token +\| ms +\| 6\.00 \(5\.00 … 10\.0\) \| +\|$/m,
    )
  })

  it('says of each bar whether it was met', async () => {
    const row = async (/** @type {string} */ label, /** @type {number} */ value) =>
      (await run([], [value])).printed.split('\n').find((line) => line.startsWith(`| ${label}`)) ?? ''
    match(await row('getTensor, cold / warm', 20), /at least 20: met/)
    match(await row('getTensor, cold / warm', 19.9), /at least 20: missed/)
    match(await row('weights on demand: growth / ', 1), /at most 1: met/)
    match(await row('weights on demand: growth / ', 1.1), /at most 1: missed/)
  })

  it('hands its options on, and measures what is asked for', async () => {
    const { asked, printed } = await run(['-m', 'x.gguf', '--tokens', '8', '--only', 'tokens', '--json'])
    deepEqual([asked.model, asked.tokens, asked.rounds, asked.guests], ['x.gguf', 8, 5, 16])
    deepEqual(asked.ids, ['firstToken', 'secondToken', 'tokenRatio'])
    deepEqual(JSON.parse(printed).values.tokenRatio, [3])
  })

  it('refuses an unknown group', async () => {
    await rejects(run(['--only', 'tokens,speed']), (error) => {
      equal(error instanceof SetupError, true)
      match(error.message, /"speed"; expected some of tensor,tokens,memory,throughput/)
      return true
    })
  })

  it('reads Q4_K tensors of a file of its own', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'realm-q4k-'))
    try {
      const path = join(folder, 'q4k.gguf')
      writeQ4kFile(path, { names: ['a', 'b'], columns: 256, rows: 4 })
      const id = await storeModel(path)
      const [a, b] = [await getTensor(id, 'a'), await getTensor(id, 'b')]
      await removeModel(id)
      deepEqual([a.length, b.length], [1024, 1024])
      equal(a.every(Number.isFinite), true)
      // Values of 0.01 * 63 * 15 - 0.02 * 63 at most and at least, and different ones.
      equal(Math.max(...a) <= 0.011 * 63 * 15 && Math.min(...a) >= -0.021 * 63, true)
      equal(new Set(a).size > 100, true)
      equal(
        a.some((value, i) => value !== b[i]),
        true,
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
