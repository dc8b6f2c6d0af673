import { equal, match, ok } from 'node:assert/strict'
import { compareSides } from '../../js-bindings/bench/compareSides.js'
import { formatReport } from '../../js-bindings/bench/formatReport.js'
import { calmMeasurements, noisyMeasurements, twoFigures } from './fixture/measured.js'

const machine = { cpu: 'Some CPU', flags: ['avx2', 'vnni'], cores: 2, memory: 8000 }
const engines = { realm: 'realm-ai 1, vector kernels', peer: 'node-llama-cpp' }

/** @param {import('../../js-bindings/bench/measureSides.js').Measurements} measurements @param {number} [pairs] */
function report(measurements, pairs = 5) {
  const comparisons = compareSides(twoFigures, measurements)
  return formatReport({ machine, model: 'a-model', threads: 2, pairs, engines, comparisons })
}

/** @param {string} text @param {string} label */
function cells(text, label) {
  const row = text.split('\n').find((line) => line.startsWith(`| ${label} `)) ?? ''
  return row.split('|').map((cell) => cell.trim())
}

describe('formatReport', () => {
  it('names the machine, the model and what each engine computes with', () => {
    const text = report(calmMeasurements())
    match(text, /Some CPU; avx2, vnni; 2 cores, 8000 MB/)
    match(text, /a-model; 2 threads; 5 pairs/)
    match(text, /Realm: realm-ai 1, vector kernels/)
  })

  it('shows median, least and greatest of both sides and of the ratio, and which way is better', () => {
    const text = report(calmMeasurements())
    const load = [
      '',
      'load',
      'ms',
      'lower',
      '50.0 (44.0 … 66.0)',
      '110 (100 … 120)',
      '0.50 (0.40 … 0.55)',
      '',
    ]
    equal(cells(text, 'load').join(';'), load.join(';'))
    equal(cells(text, 'prefill 64')[3], 'higher')
    match(text, /memory: a lower ratio is better/)
  })

  it('shows the reason in place of a refused ratio', () => {
    const [, , , , , peer, ratio] = cells(report(noisyMeasurements()), 'prefill 64')
    equal(peer, '100 (80.0 … 130)')
    match(ratio, /^no ratio: .*50 %/)
  })

  it('has rows of one width', () => {
    const rows = report(noisyMeasurements())
      .split('\n')
      .filter((line) => line.startsWith('|'))
    equal(rows.length, 4)
    equal(new Set(rows.map((row) => row.length)).size, 1)
  })

  it('says when there are too few pairs to quote', () => {
    match(report(calmMeasurements(), 4), /fewer than 5 pairs/)
    ok(!report(calmMeasurements(), 5).includes('fewer than'))
  })
})
