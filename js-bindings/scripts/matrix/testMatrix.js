import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { buildModelledTiles } from '../buildKernels.js'
import { buildProject } from '../buildProject.js'
import { runMaven } from '../runMaven.js'
import { projectRoot, runProgram, runScript, SetupError } from '../runProgram.js'
import { allCases, fewCases, nameOf, seeds, types } from './cases.js'
import { peerDistance } from './distance.js'
import { exactnessDocument, exactnessTable, figureOf, mergedFigures } from './exactness.js'
import { listForTests, makeTinyModels, pathOf, writeList } from './makeTinyModels.js'
import { peerFigures, writePeerFigures } from './peerFigures.js'
import { withFigures } from './readmeTable.js'

/** @import { TinyModel } from './cases.js' */

// npm run test:matrix: every architecture, in every type, provider and way of taking a sequence in, against exact results
// and node-llama-cpp. With --write, what was measured goes into docs/exactness.md, README's table, and the peer's figures
// that npm test knows.

const OPTIONS = /** @type {const} */ ({
  model: { type: 'string', multiple: true },
  type: { type: 'string', multiple: true },
  seed: { type: 'string', multiple: true },
  few: { type: 'boolean', default: false },
  write: { type: 'boolean', default: false },
})

const REPORTS = join(projectRoot, 'test-java/target/exactness')

/** JUnit's options for as many cases at once as there are processors. */
const SIDE_BY_SIDE = [
  'enabled=true',
  'mode.default=concurrent',
  'config.strategy=fixed',
  `config.fixed.parallelism=${availableParallelism()}`,
].map((option) => `-Djunit.jupiter.execution.parallel.${option}`)

/** What --write has measured of every case. */
const FIGURES = join(projectRoot, 'docs/results/exactness.json')

const README = join(projectRoot, 'README.md')

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
  /** @type {import('./exactness.js').Figure[]} */
  const figures = []
  let green = true
  for (const part of partsOf(cases)) {
    const measured = await measure(part, few)
    green &&= measured.green
    figures.push(...measured.figures)
    if (write) writeAll(measured.figures)
    console.log(`${figures.length} of ${cases.length} cases were measured`)
  }
  console.log(exactnessTable(figures))
  process.exitCode = green && figures.length === cases.length ? 0 : 1
})

/**
 * The cases by seed and type: the whole takes hours, and each part is written down when it is measured.
 *
 * @param {TinyModel[]} cases
 */
function partsOf(cases) {
  return seeds.flatMap((seed) =>
    types
      .map((type) => cases.filter((tiny) => tiny.seed === seed && tiny.type === type))
      .filter((part) => part.length > 0),
  )
}

/**
 * @param {TinyModel[]} cases
 * @param {boolean} few whether the providers and ways are those of `npm test`
 */
async function measure(cases, few) {
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
      ...(few ? [] : SIDE_BY_SIDE),
    ],
    { env },
  )
  const figures = cases.flatMap((tiny) => {
    const report = join(REPORTS, `${nameOf(tiny)}.json`)
    const peer = /** @type {number} */ (distances.get(nameOf(tiny)))
    return existsSync(report) ? [figureOf(tiny, JSON.parse(readFileSync(report, 'utf8')), peer)] : []
  })
  return { green: code === 0, figures }
}

function readOptions() {
  try {
    return parseArgs({ options: OPTIONS }).values
  } catch (error) {
    throw new SetupError(/** @type {Error} */ (error).message)
  }
}

/** @param {TinyModel[]} cases */
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

/** @param {import('./exactness.js').Figure[]} measured */
function writeAll(measured) {
  const figures = mergedFigures(JSON.parse(readFileSync(FIGURES, 'utf8')), measured)
  writeFileSync(FIGURES, `[\n${figures.map((figure) => JSON.stringify(figure)).join(',\n')}\n]\n`)
  writeFileSync(join(projectRoot, 'docs/exactness.md'), exactnessDocument(figures))
  writeFileSync(README, withFigures(readFileSync(README, 'utf8'), figures))
  const peers = measured.map((figure) => [nameOf(figure), figure.peer])
  writePeerFigures({ ...peerFigures(), ...Object.fromEntries(peers) })
}
