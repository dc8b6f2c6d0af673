import { deepEqual, equal, match, ok, throws } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareSides } from '../../js-bindings/bench/compareSides.js'
import { formatReport } from '../../js-bindings/bench/formatReport.js'
import {
  commandLine,
  fileName,
  keepResult,
  overview,
  placeOverview,
  placeSection,
  readResults,
} from '../../js-bindings/bench/results.js'
import { projectRoot } from '../../js-bindings/scripts/runProgram.js'
import { calmMeasurements, noisyMeasurements, twoFigures } from './fixture/measured.js'

const machine = { cpu: 'Some(R) CPU @ 2 GHz', flags: ['avx2', 'avx512', 'vnni'], cores: 2, memory: 8000 }
const run = { day: '2026-11-30', node: 'v20.19.0' }
const markers = ['<!-- overview: the benchmarks, with --write -->', '<!-- end of overview -->']

/** @param {string} command @param {import('../../js-bindings/bench/measureSides.js').Measurements} [measured] */
function result(command, measured = calmMeasurements()) {
  const figures = twoFigures.map((figure) => ({ ...figure, label: figure.label.replace('64', '512') }))
  const engines = { realm: 'realm-ai 1, vector kernels', peer: 'node-llama-cpp 3' }
  const comparisons = compareSides(figures, measured)
  const report = formatReport({ machine, model: 'a-model', threads: 2, pairs: 5, engines, comparisons })
  return { machine, subject: 'a-model', command, report }
}

describe('results of benchmarks', () => {
  it('name the command without where it was written to and where files lay', () => {
    const args = ['--model', '/home/me/x.gguf', '--write', '--plot', 'a/b.svg', '--json', '--pairs', '7']
    equal(commandLine('npm run bench', args), 'npm run bench -- --model x.gguf --pairs 7')
    equal(
      commandLine('npm run bench', ['--model=../y.gguf', '--plot=a/b.svg']),
      'npm run bench -- --model=y.gguf',
    )
    equal(commandLine('npm run bench', ['-m', 'hf:a/b:Q8_0']), 'npm run bench -- -m hf:a/b:Q8_0')
    equal(commandLine('npm run bench', ['--model=hf:a/b']), 'npm run bench -- --model=hf:a/b')
    equal(commandLine('npm run bench', ['--write']), 'npm run bench')
  })

  it('have a file for each CPU and model', () => {
    equal(fileName({ machine, subject: 'Model-Q4_K_M.gguf' }), 'some-r-cpu-2-ghz-avx512-vnni-model-q4_k_m.md')
    const older = { ...machine, flags: ['avx2'] }
    equal(fileName({ machine: older, subject: 'm' }), 'some-r-cpu-2-ghz-avx2-m.md')
    equal(fileName({ machine: { ...machine, flags: [] }, subject: 'm' }), 'some-r-cpu-2-ghz-m.md')
  })

  it('say the day, the machine and the versions beside the table', () => {
    const text = placeSection('', { ...result('npm run bench'), plot: 'a.svg' }, run)
    match(
      text,
      /^# a-model on Some\(R\) CPU @ 2 GHz \(avx512, vnni\)\n\n.*performance\.md.*\n\n## `npm run bench`\n\n/,
    )
    match(text, /\n- 2026-11-30, Node v20\.19\.0\n- machine: Some.*\n- model: a-model; 2 threads; 5 pairs\n/)
    match(text, /\n- Realm: realm-ai 1, vector kernels\n- peer: node-llama-cpp 3\n\nMedians/)
    match(text, /\n\n\| figure .*\|\n\|-+\|.*\n(\|.*\n)+\n!\[Ratios of the table\]\(a\.svg\)\n$/)
  })

  it('take the place of what the same command gave, and leave the others', () => {
    const first = placeSection('', result('npm run bench'), run)
    const both = placeSection(first, result('npm run bench -- --kernels vector'), run)
    ok(both.startsWith(first))
    const renewed = placeSection(both, result('npm run bench'), { ...run, day: '2027-01-01' })
    equal(renewed, both.replace('- 2026-11-30', '- 2027-01-01'))
    equal(renewed.match(/^## /gm)?.length, 2)
    match(renewed.split('## ')[2], /^`npm run bench -- --kernels vector`\n\n- 2026-11-30/)
  })

  it('are shown in an overview: ratios, a dash where there is none, and the other files', () => {
    const calm = placeSection('', result('npm run bench'), run)
    const noisy = result('npm run bench -- --kernels vector', noisyMeasurements())
    const busy = placeSection(placeSection(calm, noisy, run), result('npm run bench -- --busy 2'), run)
    const kernels = {
      machine,
      subject: 'kernels',
      command: 'npm run bench:kernels',
      report: 'machine\n\n| a |',
    }
    const lines = overview({ 'a.md': busy, 'k.md': placeSection('', kernels, run) }).split('\n')
    const cpu = 'Some(R) CPU @ 2 GHz (avx512, vnni)'
    deepEqual(lines.slice(2), [
      `| ${cpu} | [a-model](results/a.md) | usual | 0.50 |  | 2.10 |  |  |  |`,
      `| ${cpu} | [a-model](results/a.md) | vector | 0.50 |  | – |  |  |  |`,
      '',
      `- [kernels on ${cpu}](results/k.md)`,
    ])
    equal(lines[0].split('|').length, lines[2].split('|').length)
  })

  it('are joined in a line where several commands measured a model with the same kernels', () => {
    const load = result('npm run bench -- --only load')
    load.report = load.report.replace(/^\| prefill.*\n?/m, '')
    const prefill = result('npm run bench -- --only prefill')
    prefill.report = prefill.report.replace(/^\| load.*\n/m, '')
    const lines = overview({ 'a.md': placeSection(placeSection('', load, run), prefill, run) }).split('\n')
    equal(lines.length, 3)
    match(lines[2], /\| usual \| 0\.50 \| {2}\| 2\.10 \|/)
  })

  it('are kept in their file and in the page', () => {
    const docs = mkdtempSync(join(tmpdir(), 'realm-results-'))
    try {
      mkdirSync(join(docs, 'results'))
      const page = join(docs, 'performance.md')
      writeFileSync(page, `before\n\n${markers.join('\nold\n')}\n\nafter\n`)
      const file = keepResult({ ...result('npm run bench'), plot: join(docs, 'results/a.svg') }, docs)
      equal(file, keepResult(result('npm run bench -- --pairs 9'), docs))
      deepEqual(readdirSync(join(docs, 'results')), ['some-r-cpu-2-ghz-avx512-vnni-a-model.md'])
      match(
        readFileSync(file, 'utf8'),
        /\(a\.svg\)\n\n## `npm run bench -- --pairs 9`\n\n- \d{4}-\d\d-\d\d, Node v/,
      )
      const text = readFileSync(page, 'utf8')
      ok(
        text.startsWith(`before\n\n${markers[0]}\n\n| machine | model |`) &&
          text.endsWith(`\n\n${markers[1]}\n\nafter\n`),
      )
      ok(!text.includes('\nold\n'))
    } finally {
      rmSync(docs, { recursive: true })
    }
  })

  it('have a place in the page', () => {
    throws(() => placeOverview('a page without it', {}), /has no <!-- overview/)
  })

  it("are the project's own: docs/performance.md shows what docs/results has", () => {
    const page = readFileSync(join(projectRoot, 'docs/performance.md'), 'utf8')
    const files = readResults(join(projectRoot, 'docs/results'))
    ok(Object.keys(files).length > 0)
    equal(placeOverview(page, files), page)
    for (const [name, text] of Object.entries(files)) {
      match(text, /^# .+ on .+ \(.+\)\n\n.*\.\.\/performance\.md.*\n\n## `npm run bench/, name)
      for (const [, plot] of text.matchAll(/!\[.*\]\((.*)\)/g)) {
        ok(readdirSync(join(projectRoot, 'docs/results')).includes(plot), plot)
      }
    }
  })
})
