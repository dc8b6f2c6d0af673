import { allCases, models, nameOf, types } from './cases.js'

/** @import { TinyModel } from './cases.js' */

/**
 * How exact one case is.
 *
 * @typedef {TinyModel & { embeds: boolean, realm: number, sameTop: number, peer: number, providers: string[] }} Figure
 *   `realm` is the largest distance from the exact result among all `providers` and ways, `sameTop` their least share of the
 *   same most probable token; `peer` is node-llama-cpp's distance. A distance is a mean KL, or for what embeds one minus the
 *   mean cosine
 */

/**
 * What the Java tests have written down for a case.
 *
 * @typedef {{ provider: string, way: string, distance: number, sameTop?: number }[]} Report
 */

/**
 * @param {TinyModel} tiny
 * @param {Report} report
 * @param {number} peer
 * @returns {Figure}
 */
export function figureOf(tiny, report, peer) {
  const embeds = report.every(({ sameTop }) => sameTop === undefined)
  return {
    ...tiny,
    embeds,
    realm: Math.max(...report.map(({ distance }) => distance)),
    sameTop: Math.min(...report.map(({ sameTop = 1 }) => sameTop)),
    peer,
    providers: [...new Set(report.map(({ provider }) => provider))],
  }
}

/**
 * One row a model: the F32 distance, and that of the usual quantized file beside the peer's.
 *
 * @param {readonly Figure[]} figures
 * @returns {string} a table in Markdown
 */
export function exactnessTable(figures) {
  const rows = models.flatMap((model) => {
    const own = figures.filter((figure) => figure.model === model)
    if (own.length === 0) return []
    const plain = meanOf(own.filter(({ type }) => type === 'F32'))
    const quantized = meanOf(own.filter(({ type }) => type === 'Q4_K_M'))
    const measure = own[0].embeds ? '1 - cosine' : 'mean KL'
    const cells = [model, measure, ...pair(plain), ...pair(quantized)]
    return [`| ${cells.join(' | ')} |`]
  })
  return [
    '| model | distance | F32 | node-llama-cpp | Q4_K_M | node-llama-cpp |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

/**
 * The whole of docs/exactness.md.
 *
 * @param {readonly Figure[]} figures
 */
export function exactnessDocument(figures) {
  const sections = types.flatMap((type) => {
    const rows = rowsOf(figures, type)
    if (rows.length === 0) return []
    const tables = [...new Set(rows.map(({ measured }) => measured))].map((measured) => {
      const own = rows.filter((row) => row.measured === measured).map(({ line }) => line)
      return [measured, '', ...HEAD, ...own, ''].join('\n')
    })
    return [[`## ${type}`, '', ...tables].join('\n')]
  })
  return `${INTRODUCTION}\n${sections.join('\n')}`
}

/**
 * Figures of two runs: a case that both have measured has the later one's.
 *
 * @param {readonly Figure[]} earlier
 * @param {readonly Figure[]} later
 * @returns {Figure[]} in the order of `allCases`, without cases that it does not have
 */
export function mergedFigures(earlier, later) {
  const known = new Map([...earlier, ...later].map((figure) => [nameOf(figure), figure]))
  return allCases().flatMap((tiny) => known.get(nameOf(tiny)) ?? [])
}

const HEAD = [
  '| model | Realm | node-llama-cpp | share | same top token |',
  '| --- | --- | --- | --- | --- |',
]

/**
 * A row of a table, and the line above the table that says what its rows were measured with.
 *
 * @typedef {{ measured: string, line: string }} Row
 */

/**
 * @param {readonly Figure[]} figures
 * @param {string} type
 * @returns {Row[]} one a model
 */
function rowsOf(figures, type) {
  return models.flatMap((model) => {
    const own = figures.filter((figure) => figure.model === model && figure.type === type)
    if (own.length === 0) return []
    const { realm, peer, sameTop } = meanOf(own)
    const top = own[0].embeds ? '' : `${(100 * sameTop).toFixed(1)} %`
    const line = `| ${[model, short(realm), short(peer), (realm / peer).toFixed(2), top].join(' | ')} |`
    const providers = [...new Set(own.flatMap((figure) => figure.providers))].join(', ')
    const measured = `Providers: ${providers}. Seeds: ${own.map(({ seed }) => seed).join(', ')}.`
    return [{ measured, line }]
  })
}

const INTRODUCTION = `# Exactness

\`npm run test:matrix -- --write\` writes this page.

Each model is tiny, with random weights, and has every feature of its architecture: its layers see what those of the real
models see, past their windows. A program in Python computes what it gives, in float64, from the weights that the file's
blocks stand for (\`test-java/src/test/python/golden\`). The sequences have 1, 7, 64 and 300 tokens; they are taken in at
once, in pieces, token by token, and all in the same batches. Of all providers and ways, the one furthest from exact is given,
as the mean over the seeds.

A distance is the mean of the KL divergence from the exact distribution over all positions, in natural logarithms; of models
that embed, one minus the mean cosine; of models that rank, the same divergence of the probabilities that a document answers a
query and that it does not, over 32 pairs. "same top token" is the least share of positions at which the most probable token is
the exact one's. Where experts are chosen, a difference near a tie chooses another one, which shows; of mixtures the
scalar kernels take the sequence of 300 tokens at once alone, and it counts as exact in their other ways.

The bounds: with F32 weights a mean KL of 0.0001 (mixtures 0.003, from the exact row or node-llama-cpp's, whichever is nearer:
near a tie both may have chosen the same other expert), a cosine of 0.99999 and scores within 0.0025; with others half of
node-llama-cpp's distance on the same file (mixtures: that distance).
`

/** The mean over seeds. @param {readonly Figure[]} figures */
export function meanOf(figures) {
  const of = (/** @type {'realm' | 'peer' | 'sameTop'} */ name) =>
    figures.reduce((sum, figure) => sum + figure[name], 0) / figures.length
  return { realm: of('realm'), peer: of('peer'), sameTop: of('sameTop') }
}

/** @param {{ realm: number, peer: number }} figures */
function pair({ realm, peer }) {
  return [short(realm), short(peer)]
}

/** A distance as the tables have it. @param {number} value */
export function short(value) {
  return Number.isNaN(value) ? '' : value < 0.001 ? value.toExponential(1) : value.toFixed(4)
}
