import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { compareSides } from '../../js-bindings/bench/compareSides.js'
import { calmMeasurements, noisyMeasurements, twoFigures } from './fixture/measured.js'

describe('compareSides', () => {
  it('divides the values of each pair, not the medians', () => {
    const [load, prefill] = compareSides(twoFigures, calmMeasurements())
    equal(load.realm.median, 50)
    equal(load.peer.median, 110)
    // 50/100, 44/110 and 66/120: the median pair is not the pair of medians, which would give 0.4545…
    equal(load.ratio?.median, 0.5)
    equal(load.ratio?.min, 0.4)
    equal(load.ratio?.max, 0.55)
    equal(prefill.ratio?.median, 2.1)
  })

  it('refuses the ratio to a peer that spreads over more than 30 %, and that one alone', () => {
    const [load, prefill] = compareSides(twoFigures, noisyMeasurements())
    equal(load.refusal, undefined)
    equal(prefill.ratio, undefined)
    match(prefill.refusal ?? '', /peer.*50 % \(limit 30 %\)/)
  })

  it('still quotes a ratio at just 30 %', () => {
    const peer = { load: [100, 85, 115] }
    const [load] = compareSides([twoFigures[0]], { realm: { load: [100, 100, 100] }, peer })
    equal(load.peer.spread, 0.3)
    equal(load.refusal, undefined)
  })

  it('lets Realm itself spread as it likes, in the open', () => {
    const realm = { load: [10, 100, 1000] }
    const [load] = compareSides([twoFigures[0]], { realm, peer: { load: [100, 100, 100] } })
    deepEqual([load.ratio?.min, load.ratio?.median, load.ratio?.max], [0.1, 1, 10])
  })

  it('takes no ratio of a figure that was not a number', () => {
    const { realm, peer } = calmMeasurements()
    throws(
      () => compareSides(twoFigures, { realm, peer: { ...peer, load: [100, Number.NaN, 120] } }),
      RangeError,
    )
  })
})
