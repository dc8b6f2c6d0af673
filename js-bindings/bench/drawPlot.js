/** @import { Comparison } from './compareSides.js' */

const WIDTH = 800
const LABELS = 260
const BARS = 400
const ROW = 28
const TOP = 64
const BOTTOM = 36

/**
 * Draws the ratios as bars, with a line at 1 and whiskers from the least to the greatest. A bar is green where Realm's
 * median is the better one.
 *
 * @param {readonly Comparison[]} comparisons
 * @param {string} title
 * @returns {string} an SVG document
 */
export function drawPlot(comparisons, title) {
  const scale = BARS / Math.max(1.2, ...comparisons.map(({ ratio }) => ratio?.max ?? 0))
  const height = TOP + comparisons.length * ROW + BOTTOM
  const x = (/** @type {number} */ ratio) => (LABELS + ratio * scale).toFixed(1)
  const rows = comparisons.map((comparison, index) => drawRow(comparison, TOP + index * ROW, x))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="13">
<title>${escapeXml(title)}: Realm / node-llama-cpp</title>
<rect width="100%" height="100%" fill="white"/>
<text x="10" y="24" font-size="16">${escapeXml(title)}</text>
<text x="10" y="46" fill="#555">Realm / node-llama-cpp: medians, whiskers from the least to the greatest</text>
${rows.join('\n')}
<line x1="${x(1)}" x2="${x(1)}" y1="${TOP - 6}" y2="${height - BOTTOM + 4}" stroke="#222" stroke-dasharray="4 3"/>
<text x="${x(1)}" y="${height - 14}" text-anchor="middle">1</text>
</svg>
`
}

/**
 * @param {Comparison} comparison
 * @param {number} top
 * @param {(ratio: number) => string} x
 */
function drawRow({ figure, ratio, refusal }, top, x) {
  const middle = top + ROW / 2
  const better = figure.lowerIsBetter ? 'lower is better' : 'higher is better'
  const label = `<text x="10" y="${middle + 4}">${escapeXml(figure.label)} <tspan fill="#555" font-size="11">(${better})</tspan></text>`
  if (ratio === undefined) {
    return `${label}\n<text x="${LABELS + 6}" y="${middle + 4}" fill="#555" font-size="11">${escapeXml(`${refusal}`)}</text>`
  }
  const wins = figure.lowerIsBetter ? ratio.median <= 1 : ratio.median >= 1
  const width = (Number(x(ratio.median)) - LABELS).toFixed(1)
  return `${label}
<rect x="${LABELS}" y="${top + 5}" width="${width}" height="${ROW - 10}" fill="${wins ? '#4a9d5b' : '#c9803a'}"/>
<line x1="${x(ratio.min)}" x2="${x(ratio.max)}" y1="${middle}" y2="${middle}" stroke="#222"/>
<text x="${Number(x(ratio.max)) + 6}" y="${middle + 4}">${ratio.median.toFixed(2)}</text>`
}

/** @param {string} text */
function escapeXml(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
