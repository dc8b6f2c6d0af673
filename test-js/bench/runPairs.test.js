import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runPairs } from '../../js-bindings/bench/measureSides.js'
import { runNode } from '../../js-bindings/bench/runNode.js'
import { SetupError } from '../../js-bindings/scripts/runProgram.js'

const fixture = (/** @type {string} */ name) => fileURLToPath(new URL(`fixture/${name}`, import.meta.url))

describe('runPairs', () => {
  /** @type {string} */
  let folder
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'realm-bench-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  it('lets both sides take turns, each in a fresh process', async () => {
    const log = join(folder, 'turns')
    let value = 0
    /** @type {string[]} */
    const told = []
    const measurements = await runPairs({
      pairs: 3,
      onTurn: (turn) => told.push(turn),
      steps: [
        {
          name: 'speed',
          async measure(side) {
            const args = [log, side, String(++value)]
            const { output } = await runNode(fixture('oneTurn.js'), args, {
              REALM_BENCH_TURN: `turn-${value}`,
            })
            return JSON.parse(output)
          },
        },
      ],
    })
    deepEqual(measurements, { realm: { speed: [1, 3, 5] }, peer: { speed: [2, 4, 6] } })
    const turns = readFileSync(log, 'utf8').trimEnd().split('\n')
    const parts = turns.map((turn) => turn.split(' '))
    deepEqual(
      parts.map(([side, turn]) => `${side} ${turn}`),
      ['realm turn-1', 'peer turn-2', 'realm turn-3', 'peer turn-4', 'realm turn-5', 'peer turn-6'],
    )
    equal(new Set(parts.map(([, , pid]) => pid)).size, 6)
    equal(told[0], 'pair 1 of 3: speed, realm')
    equal(told.length, 6)
  })

  it('does all steps of a pair before the next pair, and merges their figures', async () => {
    /** @type {string[]} */
    const order = []
    const step = (/** @type {string} */ name) => ({
      name,
      async measure(/** @type {string} */ side) {
        order.push(`${name} ${side}`)
        return { [name]: order.length }
      },
    })
    const measurements = await runPairs({
      pairs: 2,
      steps: [step('cold'), step('warm')],
      onTurn: () => undefined,
    })
    const pair = ['cold realm', 'cold peer', 'warm realm', 'warm peer']
    deepEqual(order, [...pair, ...pair])
    deepEqual(measurements.peer, { cold: [2, 6], warm: [4, 8] })
  })
})

describe('runNode', () => {
  it('takes the time until the first output', async () => {
    const { firstOutputMs } = await runNode(fixture('oneTurn.js'), ['/dev/null', 'realm', '1'])
    ok(firstOutputMs > 0)
  })

  it('fails where the process fails, whatever it printed before', async () => {
    await rejects(runNode(fixture('failingTurn.js'), []), (error) => {
      ok(error instanceof SetupError)
      ok(error.message.includes('failingTurn.js ended with exit code 3'))
      return true
    })
  })
})
