import { deepEqual, equal, throws } from 'node:assert/strict'
import { chooseFigures, planPasses } from '../../js-bindings/bench/figures.js'
import { SetupError } from '../../js-bindings/scripts/runProgram.js'

describe('planPasses', () => {
  it('takes the prefill and the decoding of a length from one generation', () => {
    deepEqual(planPasses(chooseFigures({})), [
      { promptTokens: 1, decodedTokens: 64, decode: 'decode-0' },
      { promptTokens: 64, decodedTokens: 0, prefill: 'prefill-64' },
      { promptTokens: 512, decodedTokens: 64, prefill: 'prefill-512', decode: 'decode-512' },
      { promptTokens: 2048, decodedTokens: 64, prefill: 'prefill-2048', decode: 'decode-2048' },
    ])
  })

  it('decodes nothing where only the prefill is wanted', () => {
    deepEqual(
      planPasses(chooseFigures({ only: 'prefill' })).map(({ decodedTokens }) => decodedTokens),
      [0, 0, 0],
    )
  })

  it('decodes beside busy processes after the same without them, with few tokens and a limit', () => {
    const [quiet, beside, ...more] = planPasses(chooseFigures({ busy: 2 }))
    deepEqual(quiet, { promptTokens: 1, decodedTokens: 64, decode: 'decode-0' })
    deepEqual([beside.promptTokens, beside.busy, beside.decode], [1, 2, 'decode-busy'])
    equal(beside.decodedTokens < 64 && Number(beside.limitMs) > 0, true)
    deepEqual(more, [])
  })

  it('lets a process work before its memory is read', () => {
    deepEqual(planPasses(chooseFigures({ only: 'memory' })), [{ promptTokens: 512, decodedTokens: 64 }])
  })
})

describe('chooseFigures', () => {
  it('takes the groups that are named', () => {
    const ids = chooseFigures({ only: 'memory, load' }).map(({ id }) => id)
    deepEqual(ids, ['load', 'resident', 'peak'])
  })

  it('takes single figures by their ids', () => {
    const chosen = chooseFigures({ only: 'prefill-512,cold,decode-0' })
    deepEqual(
      chosen.map(({ id }) => id),
      ['cold', 'prefill-512', 'decode-0'],
    )
    deepEqual(
      planPasses(chosen).map(({ promptTokens }) => promptTokens),
      [1, 512],
    )
  })

  it('has names of their own for all figures', () => {
    const ids = chooseFigures({}).map(({ id }) => id)
    equal(new Set(ids).size, ids.length)
  })

  it('takes decoding at 0 alone beside busy processes', () => {
    deepEqual(
      chooseFigures({ busy: 3 }).map(({ id, label, busy }) => [id, label, busy]),
      [
        ['decode-0', 'decode at 0', undefined],
        ['decode-busy', 'decode at 0 beside 3 busy', 3],
      ],
    )
    throws(() => chooseFigures({ only: 'load', busy: 3 }), SetupError)
  })

  it('refuses other names', () => {
    throws(
      () => chooseFigures({ only: 'decode,speed' }),
      (error) =>
        error instanceof SetupError && /"speed".*load,cold,prefill,decode,memory/.test(error.message),
    )
  })
})
