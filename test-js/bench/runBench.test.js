import { deepEqual, equal, match, ok, rejects } from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runBench } from '../../js-bindings/bench/runBench.js'
import { planStreams } from '../../js-bindings/bench/streams/compareStreams.js'
import { SetupError } from '../../js-bindings/scripts/runProgram.js'
import { calmMeasurements, noisyMeasurements } from './fixture/measured.js'

/**
 * Runs the command on made-up measurements of decoding and prefill.
 *
 * @param {string[]} args
 * @param {import('../../js-bindings/bench/measureSides.js').Measurements} made
 */
async function run(args, made) {
  let printed = ''
  /** @type {unknown} */
  let asked
  const usual = process.exitCode
  await runBench(args, {
    async measure(figures, options) {
      asked = { ids: figures.map(({ id }) => id), ...options }
      const prefill = (/** @type {Record<string, number[]>} */ side) => ({
        ...Object.fromEntries(figures.map(({ id }) => [id, side['prefill-64']])),
        'decode-busy-tokens': [33, 33, 33],
      })
      const measurements = { realm: prefill(made.realm), peer: prefill(made.peer) }
      return { model: 'a-model', engines: { realm: 'ours', peer: 'theirs' }, measurements }
    },
    write: (text) => {
      printed += text
    },
  })
  const code = process.exitCode
  process.exitCode = usual
  return { printed, asked, code }
}

describe('npm run bench', () => {
  it('prints a table', async () => {
    const { printed } = await run(['--only', 'decode'], calmMeasurements())
    match(printed, /model: a-model; 2 threads; 5 pairs/)
    match(printed, /\| decode at 2048 +\| tokens\/s \| higher +\| 210 \(200 … 220\)/)
    ok(printed.endsWith('|\n'))
  })

  it('prints everything raw as one line of JSON', async () => {
    const { printed } = await run(['--json', '--only', 'decode'], noisyMeasurements())
    equal(printed.indexOf('\n'), printed.length - 1)
    const { machine, engines, comparisons, measurements, pairs, threads } = JSON.parse(printed)
    deepEqual([pairs, threads], [5, 2])
    equal(typeof machine.cpu, 'string')
    equal(engines.peer, 'theirs')
    deepEqual(measurements.peer['decode-512'], [100, 80, 130])
    equal(comparisons.length, 3)
    match(comparisons[0].refusal, /50 %/)
    ok(!('ratio' in comparisons[0]))
  })

  it('measures texts at once', async () => {
    /** @type {unknown} */
    let asked
    let printed = ''
    await runBench(['--streams', '5', '--pairs', '2'], {
      async measureMany(options) {
        asked = { streams: options.streams, pairs: options.pairs, threads: options.threads }
        return { text: 'a table', json: {}, machine: { cpu: '', flags: [], cores: 1, memory: 1 }, model: 'm' }
      },
      write: (text) => {
        printed += text
      },
    })
    deepEqual(asked, { streams: 5, pairs: 2, threads: 2 })
    equal(printed, 'a table\n')
    await rejects(runBench(['--streams', '5', '--only', 'decode']), SetupError)
    const plan = planStreams(3)
    deepEqual(
      plan.map(({ prompts }) => prompts),
      [[8], [8, 8, 8], [32, 272, 512]],
    )
  })

  it('lets work arrive for as long as it is told, and fails where something differs', async () => {
    const usual = process.exitCode
    for (const [args, minutes, faults] of /** @type {const} */ ([
      [['--soak'], 20, []],
      [['--soak', '0.5', '--seed', '4'], 0.5, ['a text differs']],
    ])) {
      let printed = ''
      process.exitCode = usual
      await runBench([...args], {
        soak: async (options) => {
          equal(options.soak, minutes)
          ok(options.seed >= 0 && (args.length < 3 || options.seed === 4))
          return { text: 'found', json: { done: {}, faults: [...faults], mbPerMinute: 0, risenMb: 0 } }
        },
        write: (text) => {
          printed += text
        },
      })
      const code = process.exitCode
      process.exitCode = usual
      equal(printed, 'found\n')
      equal(code, faults.length > 0 ? 1 : usual)
    }
  })

  it('has the server asked for as long as it is told, and fails where an answer is wrong', async () => {
    const usual = process.exitCode
    for (const [args, minutes, faults] of /** @type {const} */ ([
      [['--server'], 10, []],
      [['--server', '0.5', '--seed', '4'], 0.5, ['a wrong answer']],
    ])) {
      let printed = ''
      process.exitCode = usual
      await runBench([...args], {
        serverLoad: async (options) => {
          equal(options.server, minutes)
          ok(options.seed >= 0 && (args.length < 3 || options.seed === 4))
          const ms = { p50: 1, p99: 1, max: 1 }
          const rates = { tokensPerSecond: 1, aloneTokensPerSecond: 1, residentMb: [1] }
          const json = {
            whole: 1,
            left: 1,
            refused: 1,
            headerMs: ms,
            eventLoopMs: ms,
            ...rates,
            faults: [...faults],
          }
          return { text: 'served', json }
        },
        write: (text) => {
          printed += text
        },
      })
      const code = process.exitCode
      process.exitCode = usual
      equal(printed, 'served\n')
      equal(code, faults.length > 0 ? 1 : usual)
    }
  })

  it('measures guesses', async () => {
    let printed = ''
    await runBench(['--speculation', '--pairs', '2', '--draft', 'small', '--right', '70'], {
      async measureGuesses({ pairs, draft, right }) {
        deepEqual([draft, right], ['small', 70])
        const machine = { cpu: '', flags: [], cores: 1, memory: 1 }
        return { text: `a table of ${pairs}`, json: {}, machine, model: 'm' }
      },
      write: (text) => {
        printed += text
      },
    })
    equal(printed, 'a table of 2\n')
    await rejects(runBench(['--speculation', '--streams', '4']), SetupError)
    await rejects(runBench(['--draft', 'small']), SetupError)
    await rejects(runBench(['--speculation', '--right', '70']), SetupError)
    await rejects(runBench(['--speculation', '--busy', '1']), SetupError)
  })

  it('hands its options on', async () => {
    const args = ['-m', 'x.gguf', '--threads', '3', '--kernels', 'scalar', '--pairs', '7', '--only', 'memory']
    const { asked } = await run(args, calmMeasurements())
    deepEqual(asked, {
      ids: ['resident', 'peak'],
      model: 'x.gguf',
      threads: 3,
      kernels: 'scalar',
      pairs: 7,
      only: 'memory',
    })
  })

  it('draws the plot into the file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'realm-plot-'))
    try {
      const file = join(folder, 'plot.svg')
      await run(['--plot', file], calmMeasurements())
      match(readFileSync(file, 'utf8'), /^<svg .*a-model, 2 threads.*prefill 2048.*<\/svg>\n$/s)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('compares both sides beside busy processes', async () => {
    const { printed, asked } = await run(['--busy', '2', '--pairs', '3'], calmMeasurements())
    deepEqual(/** @type {any} */ (asked).ids, ['decode-0', 'decode-busy'])
    match(printed, /^\| decode at 0 beside 2 busy +\| tokens\/s \|/m)
    match(printed, /^Beside 2 busy processes/m)
    const { besideBusy } = JSON.parse((await run(['--busy', '2', '--json'], calmMeasurements())).printed)
    equal(besideBusy.busy, 2)
    equal((await run(['--only', 'decode'], calmMeasurements())).printed.includes('busy'), false)
  })

  it('measures nothing where its options make no sense', async () => {
    for (const args of [
      ['--pairs', '0'],
      ['--busy', '0'],
      ['--threads', '1.5'],
      ['--no-such-option'],
      ['more'],
    ]) {
      const { code, asked, printed } = await run(args, calmMeasurements())
      deepEqual([code, asked, printed], [2, undefined, ''])
    }
    await rejects(run(['--only', 'speed'], calmMeasurements()), SetupError)
  })
})
