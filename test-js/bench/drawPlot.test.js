import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { compareSides } from '../../js-bindings/bench/compareSides.js'
import { drawPlot } from '../../js-bindings/bench/drawPlot.js'
import { calmMeasurements, noisyMeasurements, twoFigures } from './fixture/measured.js'

/** The widths of the bars; the first rect is the background. @param {string} svg */
function bars(svg) {
  return [...svg.matchAll(/<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)"[^>]* fill="(#\w+)"/g)].map(
    ([, width, colour]) => ({ width: Number(width), colour }),
  )
}

describe('drawPlot', () => {
  it('draws bars as long as their ratios', () => {
    const svg = drawPlot(compareSides(twoFigures, calmMeasurements()), 'a title')
    const [load, prefill] = bars(svg)
    ok(Math.abs(prefill.width / load.width - 2.1 / 0.5) < 0.01, `${prefill.width} and ${load.width}`)
  })

  it('colours by what is better: a low ratio of times, a high one of speeds', () => {
    const win = bars(drawPlot(compareSides(twoFigures, calmMeasurements()), ''))
    equal(win[0].colour, win[1].colour)
    const { realm, peer } = calmMeasurements()
    const lose = bars(
      drawPlot(compareSides(twoFigures, { realm: { ...peer }, peer: { ...realm, load: [50, 50, 50] } }), ''),
    )
    deepEqual(new Set(lose.map(({ colour }) => colour)).size, 1)
    ok(lose[0].colour !== win[0].colour)
  })

  it('draws no bar for a refused ratio, and says why', () => {
    const svg = drawPlot(compareSides(twoFigures, noisyMeasurements()), '')
    equal(bars(svg).length, 1)
    match(svg, /no ratio: the peer's own values spread over 50 %/)
  })

  it('keeps its XML whole whatever the title says', () => {
    const svg = drawPlot([], 'a <b> & c')
    match(svg, /a &lt;b&gt; &amp; c/)
    ok(svg.startsWith('<svg ') && svg.endsWith('</svg>\n'))
  })
})
