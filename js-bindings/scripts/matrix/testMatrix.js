import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildModelledTiles } from '../buildKernels.js'
import { buildProject } from '../buildProject.js'
import { runMaven } from '../runMaven.js'
import { projectRoot, runProgram, runScript, SetupError } from '../runProgram.js'
import { allCases, fewCases, nameOf } from './cases.js'
import { peerDistance } from './distance.js'
import { exactnessDocument, exactnessTable, figureOf } from './exactness.js'
import { listForTests, makeTinyModels, pathOf, writeList } from './makeTinyModels.js'
import { peerFigures, writePeerFigures } from './peerFigures.js'

// npm run test:matrix: every architecture, in every type, provider and way of taking a sequence in, against exact results
// and node-llama-cpp. With --write, what was measured goes into docs/exactness.md, and into the peer's figures that
// npm test knows.

const OPTIONS = /** @type {const} */ ({
  model: { type: 'string', multiple: true },
  type: { type: 'string', multiple: true },
  seed: { type: 'string', multiple: true },
  few: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
})

const REPORTS = join(projectRoot, 'test-java/target/exactness')

await runScript(async () => {
  const { few, write, ...chosen } = readOptions()
  const cases = (few ? fewCases() : allCases()).filter(
    (tiny) =>
      (chosen.model?.includes(tiny.model) ?? true) &&
      (chosen.type?.includes(tiny.type) ?? true) &&
      (chosen.seed?.includes(String(tiny.seed)) ?? true),
  )
  if (cases.length === 0) throw new SetupError('no case is left by these options')
  await buildProject()
  await buildModelledTiles()
  await makeTinyModels(cases, console.log)
  await runPeer(cases)
  const distances = new Map(cases.map((tiny) => [nameOf(tiny), peerDistance(pathOf(tiny))]))
  const env = {
    ...listForTests(cases, (name) => distances.get(name)),
    REALM_TEST_MATRIX_THOROUGH: String(!few),
  }
  rmSync(REPORTS, { recursive: true, force: true })
  const code = runMaven(
    [
      'test',
      ...['--projects', 'test-java', '--also-make'],
      '-Dtest=ExactnessTest,EmbeddingExactnessTest,RankingExactnessTest',
      '-Dsurefire.failIfNoSpecifiedTests=false',
    ],
    { env },
  )
  const figures = cases.flatMap((tiny) => {
    const report = join(REPORTS, `${nameOf(tiny)}.json`)
    const peer = /** @type {number} */ (distances.get(nameOf(tiny)))
    return existsSync(report) ? [figureOf(tiny, JSON.parse(readFileSync(report, 'utf8')), peer)] : []
  })
  console.log(exactnessTable(figures))
  console.log(`${figures.length} of ${cases.length} cases were measured`)
  if (write) writeAll(figures, distances)
  process.exitCode = code === 0 && figures.length === cases.length ? 0 : 1
})

function readOptions() {
  try {
    return parseArgs({ options: OPTIONS }).values
  } catch (error) {
    throw new SetupError(/** @type {Error} */ (error).message)
  }
}

/** @param {import('./cases.js').TinyModel[]} cases */
async function runPeer(cases) {
  const missing = cases.map(pathOf).filter((path) => !existsSync(`${path}.peer`))
  if (missing.length === 0) return
  // Loaded late: on a fresh clone its npm packages are only there now.
  const { installPeer } = await import('../../bench/installPeer.js')
  const peerFolder = installPeer(console.log)
  console.log(`asking node-llama-cpp for its results of ${missing.length} tiny models`)
  const program = fileURLToPath(new URL('peer.js', import.meta.url))
  if (runProgram(process.execPath, [program, writeList(missing), peerFolder]) !== 0) {
    throw new SetupError('node-llama-cpp failed: its messages are above')
  }
}

/**
 * @param {import('./exactness.js').Figure[]} figures
 * @param {Map<string, number>} distances
 */
function writeAll(figures, distances) {
  const page = join(projectRoot, 'docs/exactness.md')
  writeFileSync(page, exactnessDocument(figures, readFileSync(page, 'utf8')))
  writePeerFigures({ ...peerFigures(), ...Object.fromEntries(distances) })
}
