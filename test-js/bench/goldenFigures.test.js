import { equal, ok, throws } from 'node:assert/strict'
import { goldenFigures } from '../../js-bindings/bench/runGolden.js'

/** @typedef {[id: number, logProbability: number][]} Top */

/** @param {[number, number][]} pairs ids and probabilities @returns {Top} */
const top = (...pairs) => pairs.map(([id, probability]) => [id, Math.log(probability)])

/** @param {Top[]} exact @param {Top[]} actual */
function figures(exact, actual) {
  const ids = exact.map((_, position) => position)
  return goldenFigures([{ text: '', ids, top: exact }], [{ ids, top: actual }])
}

const near = (/** @type {number} */ actual, /** @type {number} */ expected) =>
  ok(Math.abs(actual - expected) < 1e-12, `${actual}, expected ${expected}`)

describe('goldenFigures', () => {
  it('is 0 for the exact result itself', () => {
    const exact = [top([5, 0.5], [6, 0.25])]
    const { meanKl, sameTop } = figures(exact, exact)
    equal(meanKl, 0)
    equal(sameTop, 1)
  })

  it('sums p (log p - log q) over the exact tokens', () => {
    // By hand: 0.5 ln(0.5/0.25) + 0.25 ln(0.25/0.5) = 0.25 ln 2.
    const { meanKl, sameTop } = figures([top([5, 0.5], [6, 0.25])], [top([6, 0.5], [5, 0.25])])
    near(meanKl, 0.25 * Math.LN2)
    equal(sameTop, 0)
  })

  it("takes the engine's least probable token for one that it does not list", () => {
    // By hand: 0.5 ln(0.5/0.5) + 0.25 ln(0.25/0.125) = 0.25 ln 2.
    near(figures([top([5, 0.5], [6, 0.25])], [top([5, 0.5], [7, 0.125])]).meanKl, 0.25 * Math.LN2)
  })

  it('averages over all positions of all texts, not over texts', () => {
    const exact = top([5, 0.5])
    const half = top([5, 0.25])
    const { meanKl, positions } = goldenFigures(
      [
        { text: '', ids: [1], top: [exact] },
        { text: '', ids: [1, 2, 3], top: [exact, exact, exact] },
      ],
      [
        { ids: [1], top: [half] },
        { ids: [1, 2, 3], top: [exact, exact, exact] },
      ],
    )
    near(meanKl, (0.5 * Math.LN2) / 4)
    equal(positions, 4)
  })

  it('refuses results for other positions', () => {
    throws(() => figures([top([5, 0.5])], []), RangeError)
  })
})
