import { deepEqual, equal, match } from 'node:assert/strict'
import { figuresOfPair, runAddonBench } from '../../js-bindings/bench/addon/runAddonBench.js'

/**
 * Runs the command with made-up values: a token of 400 microseconds in Java, and of as many in Node.
 *
 * @param {string[]} args
 * @param {number[]} [node]
 */
async function run(args, node = [420]) {
  let printed = ''
  /** @type {any} */
  let asked
  const usual = process.exitCode
  await runAddonBench(args, {
    async measure(options) {
      asked = options
      const pairs = node.map((token) => figuresOfPair(400, { token, mainThread: 30, pieces: 1 }))
      const values = Object.fromEntries(
        Object.keys(pairs[0]).map((id) => [id, pairs.map((pair) => pair[id])]),
      )
      return { model: 'a-model', engine: 'ours', values }
    },
    write: (text) => {
      printed += text
    },
  })
  const code = process.exitCode
  process.exitCode = usual
  return { printed, asked, code }
}

describe('npm run bench:addon', () => {
  it('takes the difference of each pair, which may be none', async () => {
    const { printed } = await run([], [450, 395, 420])
    match(printed, /^engine: ours\nmodel: a-model; 2 threads; 256 tokens a text; .* of 5 pairs$/m)
    match(printed, /^\| a token in a Java program +\| us +\| 400 \(400 … 400\)/m)
    match(printed, /^\| Node - Java +\| us +\| 20\.0 \(-5\.00 … 50\.0\) +\|/m)
  })

  it('says of both costs whether they are at most a hundredth of a token of 10 ms', async () => {
    match((await run([], [500])).printed, /^\| Node - Java, of a token.*\| 1\.00 .*at most 1: met/m)
    match((await run([], [501])).printed, /^\| Node - Java, of a token.*\| 1\.01 .*at most 1: missed/m)
    match((await run([])).printed, /^\| that, of a token of 10 ms.*\| 0\.30 .*at most 1: met/m)
  })

  it('hands its options on', async () => {
    const { asked, printed } = await run([
      '-m',
      'x.gguf',
      '--tokens',
      '8',
      '--pairs',
      '1',
      '--threads',
      '1',
      '--json',
    ])
    deepEqual(asked, { model: 'x.gguf', tokens: 8, pairs: 1, threads: 1 })
    deepEqual(JSON.parse(printed).values.cost, [20])
  })

  it('measures nothing where its options make no sense', async () => {
    for (const args of [['--pairs', '0'], ['--tokens', 'x'], ['more']]) {
      const { code, asked, printed } = await run(args)
      deepEqual([code, asked, printed], [2, undefined, ''])
    }
  })

  it('refuses a figure that is no number', async () => {
    const { code, printed } = await run([], [Number.NaN])
    equal(code, 1)
    equal(printed, '')
  })
})
