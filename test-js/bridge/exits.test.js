import { deepEqual } from 'node:assert/strict'
import { buildProbe } from './fixture/buildProbe.js'
import { exits, runExit } from './fixture/runExit.js'

/** More of them: node test-js/bridge/runExits.js 200 */
const RUNS = 3

describe('a process that ends in the middle of a stream', () => {
  before(buildProbe)

  for (const [way, expected] of exits) {
    it(`ends as a plain Node program does: ${way}`, async () => {
      for (let run = 0; run < RUNS; run++) {
        const { stderr, ...end } = await runExit(way)
        deepEqual(end, { ...expected, files: [] }, stderr)
      }
    })
  }
})
