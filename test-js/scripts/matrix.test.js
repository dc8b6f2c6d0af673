import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { allCases, fewCases, models, nameOf, types } from '../../js-bindings/scripts/matrix/cases.js'
import { peerDistance } from '../../js-bindings/scripts/matrix/distance.js'
import {
  exactnessDocument,
  exactnessTable,
  figureOf,
  mergedFigures,
} from '../../js-bindings/scripts/matrix/exactness.js'
import { peerFigures } from '../../js-bindings/scripts/matrix/peerFigures.js'
import { pythonSources } from '../../js-bindings/scripts/matrix/python.js'
import { withFigures } from '../../js-bindings/scripts/matrix/readmeTable.js'
import { projectRoot } from '../../js-bindings/scripts/runProgram.js'

/** Types whose layout another one has in `npm test`. */
const sameLayout = { IQ1_S: 'IQ1_M', IQ2_XXS: 'IQ2_S', IQ2_XS: 'IQ2_S', IQ3_XXS: 'IQ3_S', TQ2_0: 'TQ1_0' }

describe('The tiny models', () => {
  it('are those that the Python programs make', () => {
    const table = readFileSync(join(pythonSources, 'golden/families.py'), 'utf8')
    const recipes = [...table.matchAll(/^ {4}"([\w-]+)": \("/gm)].map(([, name]) => name)
    deepEqual([...models].sort(), recipes.sort())
  })

  it('are all in npm test, in F32 and quantized, and each type is', () => {
    const few = fewCases()
    for (const model of models) {
      const own = few.filter((tiny) => tiny.model === model).map(({ type }) => type)
      ok(own.includes('F32') && own.length > 1, `${model}: ${own}`)
    }
    const inFew = new Set(few.map(({ type }) => type))
    deepEqual(
      types.filter((type) => !inFew.has(type) && !inFew.has(sameLayout[type])),
      [],
    )
    const all = new Set(allCases().map(nameOf))
    deepEqual(
      few.map(nameOf).filter((name) => !all.has(name)),
      [],
    )
  })

  it('of npm test have the figures of node-llama-cpp', () => {
    deepEqual(Object.keys(peerFigures()).sort(), fewCases().map(nameOf).sort())
    // Where both are exact, rounding may leave a distance a little below 0.
    ok(Object.values(peerFigures()).every((figure) => figure > -1e-6 && figure < 1))
  })
})

describe('The distance of the peer from exact results', () => {
  let folder = ''
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'realm-matrix-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  /**
   * @param {boolean} embeds
   * @param {number[]} exact
   * @param {number[]} peer
   */
  function distance(embeds, exact, peer) {
    writeFileSync(join(folder, 'a.json'), JSON.stringify({ embeds, width: 2 }))
    writeFileSync(join(folder, 'a.exact'), new Float32Array(exact))
    writeFileSync(join(folder, 'a.peer'), new Float32Array(peer))
    return peerDistance(join(folder, 'a'))
  }

  it('is the mean KL of rows of log-probabilities', () => {
    const logs = (/** @type {number[]} */ ...rows) => rows.map(Math.log)
    equal(distance(false, logs(0.5, 0.5), logs(0.5, 0.5)), 0)
    const one = 0.5 * Math.log(0.5 / 0.25) + 0.5 * Math.log(0.5 / 0.75)
    const mean = distance(false, logs(0.5, 0.5, 0.9, 0.1), logs(0.25, 0.75, 0.9, 0.1))
    ok(Math.abs(mean - one / 2) < 1e-7)
  })

  it('is one minus the mean cosine of vectors, whatever their lengths', () => {
    ok(Math.abs(distance(true, [1, 0, 3, 4], [0, 2, 6, 8]) - 0.5) < 1e-7)
  })
})

describe('The table of exactness', () => {
  it('gives the furthest of all providers and ways, and the mean of the seeds', () => {
    const report = [
      { provider: 'scalar', way: 'WHOLE', distance: 0.0001, sameTop: 1 },
      { provider: 'vector', way: 'TOKENS', distance: 0.002, sameTop: 0.9 },
    ]
    const figures = [1, 2].map((seed) =>
      figureOf({ model: 'llama', type: 'Q4_K_M', seed }, report, 0.004 * seed),
    )
    equal(figures[0].realm, 0.002)
    equal(figures[0].sameTop, 0.9)
    match(exactnessTable(figures), /^\| llama \| mean KL \| {2}\| {2}\| 0\.0020 \| 0\.0060 \|$/m)
  })
})

describe("README's table of architectures", () => {
  const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8')
  const figures = JSON.parse(readFileSync(join(projectRoot, 'docs/results/exactness.json'), 'utf8'))

  it('is what the figures give', () => {
    equal(readme, withFigures(readme, figures))
  })

  it('has the furthest of a row’s models, and refuses a row without figures', () => {
    const measured = ['phi3', 'phi3-long'].flatMap((model, i) =>
      ['F32', 'Q4_K_M'].map((type) =>
        figureOf(
          { model, type, seed: 1 },
          [{ provider: 'scalar', way: 'WHOLE', distance: i + 1 }],
          4 * (i + 1),
        ),
      ),
    )
    equal(
      withFigures('  | `phi3` | Phi 3 |  | a |  |', measured),
      '  | `phi3` | Phi 3 | 2.0000 | 2.0000 | 8.0000 |',
    )
    throws(() => withFigures('  | `olmo2` | OLMo 2 | 0 | 0 | 0 |', measured), /olmo2 in F32 was not measured/)
  })
})

describe('The page of exactness', () => {
  const report = (/** @type {string} */ provider, /** @type {number} */ distance) => [
    { provider, way: 'WHOLE', distance, sameTop: 1 },
  ]
  const of = (/** @type {string} */ model, /** @type {ReturnType<typeof report>} */ made, seed = 1) =>
    figureOf({ model, type: 'F32', seed }, made, 0.5)

  it('keeps what was not measured again, with what it was measured with', () => {
    const first = [of('llama', report('vector', 0.25)), of('qwen2', report('vector', 0.125))]
    deepEqual(mergedFigures(first, []), first)
    const page = exactnessDocument(mergedFigures(first, [of('qwen2', report('avx2', 0.0625))]))
    const tables = page.slice(page.indexOf('## F32')).split('Providers: ')
    equal(tables.length, 3)
    match(
      tables[1],
      /^vector\. Seeds: 1\.\n\n.*\n.*\n\| llama \| 0\.2500 \| 0\.5000 \| 0\.50 \| 100\.0 % \|\n$/m,
    )
    match(
      tables[2],
      /^avx2\. Seeds: 1\.\n\n.*\n.*\n\| qwen2 \| 0\.0625 \| 0\.5000 \| 0\.13 \| 100\.0 % \|\n$/m,
    )
  })

  it('has the mean of seeds that were measured one after another', () => {
    const first = [of('llama', report('vector', 0.25))]
    const page = exactnessDocument(mergedFigures(first, [of('llama', report('vector', 0.75), 2)]))
    match(page, /^Providers: vector\. Seeds: 1, 2\.\n\n.*\n.*\n\| llama \| 0\.5000 \|/m)
  })

  it('is what its figures give', () => {
    const figures = JSON.parse(readFileSync(join(projectRoot, 'docs/results/exactness.json'), 'utf8'))
    equal(readFileSync(join(projectRoot, 'docs/exactness.md'), 'utf8'), exactnessDocument(figures))
    deepEqual(mergedFigures(figures, []), figures)
  })
})
