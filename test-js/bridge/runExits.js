import { isDeepStrictEqual } from 'node:util'
import { buildProbe } from './fixture/buildProbe.js'
import { exits, runExit } from './fixture/runExit.js'

// node test-js/bridge/runExits.js [RUNS] [MODEL]: starts and ends that many processes in each way, in the middle of a
// stream of the probe or of the model file, and counts those that did not end as a plain Node program does.

const runs = Number(process.argv[2] ?? 200)
const model = process.argv[3]

await buildProbe()
for (const [way, expected] of exits) {
  const start = performance.now()
  let failed = 0
  for (let run = 0; run < runs; run++) {
    const { stderr, ...end } = await runExit(way, model)
    if (!isDeepStrictEqual(end, { ...expected, files: [] })) {
      failed++
      console.log(`  ${way}: ${JSON.stringify(end)}\n${stderr}`)
    }
  }
  const each = Math.round((performance.now() - start) / runs)
  console.log(`${way}: ${runs - failed} of ${runs} as expected, ${each} ms each`)
  if (failed > 0) process.exitCode = 1
}
