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
    const { code, signal, files, stderr } = await runExit(way, model)
    if (code !== expected.code || signal !== expected.signal || files.length > 0) {
      failed++
      console.log(`  ${way}: code ${code}, signal ${signal}, files [${files}]\n${stderr}`)
    }
  }
  const each = Math.round((performance.now() - start) / runs)
  console.log(`${way}: ${runs - failed} of ${runs} as expected, ${each} ms each`)
  if (failed > 0) process.exitCode = 1
}
