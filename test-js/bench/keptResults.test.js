import { deepEqual, equal, match } from 'node:assert/strict'
import { runAddonBench } from '../../js-bindings/bench/addon/runAddonBench.js'
import { runEmbedBench } from '../../js-bindings/bench/embed/runEmbedBench.js'
import { runFormatBench } from '../../js-bindings/bench/formats/runFormatBench.js'
import { runGuestBench } from '../../js-bindings/bench/guests/runGuestBench.js'
import { runKernelBench } from '../../js-bindings/bench/kernels/runKernelBench.js'
import { runBench } from '../../js-bindings/bench/runBench.js'
import { calmMeasurements } from './fixture/measured.js'

/** @type {any[]} */
let kept = []
let printed = ''
const doors = {
  /** @param {string} text */
  write(text) {
    printed += text
  },
  /** @param {any} result */
  keep(result) {
    kept.push(result)
    return 'a file'
  },
}

/** Values of 1 for any figure. */
const values = new Proxy(/** @type {Record<string, number[]>} */ ({}), { get: () => [1, 1, 1] })

/** The commands, with made-up values, and what each keeps. @type {[string, (args: string[]) => Promise<void>, string][]} */
const commands = [
  [
    'npm run bench',
    (args) =>
      runBench(['--only', 'load', ...args], {
        ...doors,
        measure: async () => ({
          model: 'a-model',
          engines: { realm: 'ours', peer: 'theirs' },
          measurements: calmMeasurements(),
        }),
      }),
    'a-model',
  ],
  [
    'npm run bench:addon',
    (args) =>
      runAddonBench(args, {
        ...doors,
        measure: async () => ({ model: 'a-model', engine: 'ours', values }),
      }),
    'addon',
  ],
  [
    'npm run bench:guests',
    (args) =>
      runGuestBench(args, {
        ...doors,
        measure: async () => ({ model: 'a-model', engine: 'ours', values }),
      }),
    'guests',
  ],
  [
    'npm run bench:embed',
    (args) =>
      runEmbedBench(['--model', '/somewhere/MiniLM.gguf', ...args], {
        ...doors,
        measure: async () => ({ engine: 'ours', values: { realm: [200], peer: [100], ratio: [2] } }),
      }),
    'embedding-MiniLM',
  ],
  [
    'npm run bench:formats',
    (args) =>
      runFormatBench(['--answers', '1', ...args], {
        ...doors,
        measure: async () => ({ name: 'a-model', costs: [], valid: 1, invalid: [], values }),
      }),
    'formats-a-model',
  ],
  [
    'npm run bench:kernels',
    (args) =>
      runKernelBench(['decode', ...args], {
        ...doors,
        measure: (families) =>
          `vector: ${families}\n\nno native kernels\n\nWARNING: Using incubator modules\n\n| kernel |\n| --- |\n`,
      }),
    'kernels',
  ],
]

describe('the option --write of the benchmarks', () => {
  beforeEach(() => {
    kept = []
    printed = ''
  })

  for (const [name, run, subject] of commands) {
    it(`keeps what ${name} prints`, async () => {
      await run(['--write'])
      equal(kept.length, 1)
      equal(kept[0].subject, subject)
      equal(`${kept[0].report}\n`, printed)
      equal(kept[0].command.split(' -- ')[0], name)
      equal(/--write|somewhere/.test(kept[0].command), false)
      match(kept[0].report, /^machine: .*\n.+\n(.+\n)*\n/)
    })

    it(`is no default of ${name}`, async () => {
      await run([])
      deepEqual(kept, [])
      match(printed, /^machine: /)
    })
  }

  it('goes together with JSON', async () => {
    await commands[0][1](['--write', '--json'])
    match(kept[0].report, /\| load /)
    equal(JSON.parse(printed).model, 'a-model')
  })

  it("joins what each provider says into the paragraph above the kernels' table", async () => {
    await commands[5][1]([])
    match(printed, /^machine: .*\nvector: decode\nno native kernels\n\n\| kernel \|\n\| --- \|\n$/)
  })
})
