import { deepEqual, equal, throws } from 'node:assert/strict'
import { chooseFigures } from '../../js-bindings/bench/chooseFigures.js'
import { planPasses } from '../../js-bindings/bench/planPasses.js'
import { SetupError } from '../../js-bindings/scripts/SetupError.js'

describe('planPasses', () => {
  it('takes the prefill and the decoding of a length from one generation', () => {
    deepEqual(planPasses(chooseFigures()), [
      { promptTokens: 1, decodedTokens: 64, decode: 'decode-0' },
      { promptTokens: 64, decodedTokens: 0, prefill: 'prefill-64' },
      { promptTokens: 512, decodedTokens: 64, prefill: 'prefill-512', decode: 'decode-512' },
      { promptTokens: 2048, decodedTokens: 64, prefill: 'prefill-2048', decode: 'decode-2048' },
    ])
  })

  it('decodes nothing where only the prefill is wanted', () => {
    deepEqual(
      planPasses(chooseFigures('prefill')).map(({ decodedTokens }) => decodedTokens),
      [0, 0, 0],
    )
  })

  it('lets a process work before its memory is read', () => {
    deepEqual(planPasses(chooseFigures('memory')), [{ promptTokens: 512, decodedTokens: 64 }])
  })
})

describe('chooseFigures', () => {
  it('takes the groups that are named', () => {
    const ids = chooseFigures('memory, load').map(({ id }) => id)
    deepEqual(ids, ['load', 'resident', 'peak'])
  })

  it('has names of their own for all figures', () => {
    const ids = chooseFigures().map(({ id }) => id)
    equal(new Set(ids).size, ids.length)
  })

  it('refuses other names', () => {
    throws(
      () => chooseFigures('decode,speed'),
      (error) =>
        error instanceof SetupError && /"speed".*load,cold,prefill,decode,memory/.test(error.message),
    )
  })
})
