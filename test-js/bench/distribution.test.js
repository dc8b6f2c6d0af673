import { deepEqual, equal, throws } from 'node:assert/strict'
import { distribution } from '../../js-bindings/bench/distribution.js'

describe('distribution', () => {
  it('takes the middle value of an odd number, in any order', () => {
    deepEqual(distribution([9, 1, 4]), { median: 4, min: 1, max: 9, spread: 2 })
  })

  it('takes the mean of the middle two of an even number', () => {
    deepEqual(distribution([10, 2, 4, 6]), { median: 5, min: 2, max: 10, spread: 1.6 })
  })

  it('has no spread where there is one value', () => {
    equal(distribution([7]).spread, 0)
  })

  it('compares numbers, not their texts', () => {
    equal(distribution([9, 10, 100]).median, 10)
  })

  it('refuses what is no measured value', () => {
    for (const values of [[], [1, Number.NaN], [1, Number.POSITIVE_INFINITY], [0], [-1]]) {
      throws(() => distribution(values), RangeError)
    }
  })
})
