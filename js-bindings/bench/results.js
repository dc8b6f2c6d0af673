import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { projectRoot } from '../scripts/runProgram.js'

/** @import { Machine } from './machine.js' */

/** The option of every benchmark that keeps its result. @type {[string, string]} */
export const writeOption = [
  '--write',
  'also keep the result in docs/results, and show it in docs/performance.md',
]

/**
 * What a benchmark found.
 *
 * @typedef {object} Result
 * @property {Machine} machine
 * @property {string} subject the model that was measured, or what else
 * @property {string} command that was run, as {@link commandLine} gives it
 * @property {string} report a paragraph on what it was measured with, a line each, and tables behind it
 * @property {string} [plot] the file that its ratios were drawn into
 */

/**
 * Keeps a result: in the file of its machine and subject, in place of what the same command gave before, and in the
 * overview.
 *
 * @param {Result} result
 * @param {string} [docs] the folder with `performance.md` and `results`; default: the project's
 * @returns {string} the file
 */
export function keepResult(result, docs = join(projectRoot, 'docs')) {
  const folder = join(docs, 'results')
  mkdirSync(folder, { recursive: true })
  const file = join(folder, fileName(result))
  const before = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const plot = result.plot === undefined ? undefined : relative(folder, result.plot)
  const run = { day: new Date().toISOString().slice(0, 10), node: process.version }
  writeFileSync(file, placeSection(before, { ...result, plot }, run))
  const page = join(docs, 'performance.md')
  writeFileSync(page, placeOverview(readFileSync(page, 'utf8'), readResults(folder)))
  return file
}

/**
 * The command that a result comes from: without what says only where the result goes, and without folders of this machine.
 *
 * @param {string} name such as `npm run bench`
 * @param {readonly string[]} args
 */
export function commandLine(name, args) {
  const kept = args.filter(
    (arg, i) => !/^--(write|json|plot)$|^--plot=/.test(arg) && args[i - 1] !== '--plot',
  )
  const folders = /^(--?[a-z]+=|(?!--?[a-z]+=))(?!hf:|https?:).*\//
  const shown = kept.map((arg) => arg.replace(folders, '$1'))
  return shown.length === 0 ? name : `${name} -- ${shown.join(' ')}`
}

/** @param {Pick<Result, 'machine' | 'subject'>} result */
export function fileName({ machine, subject }) {
  const name = [machine.cpu, ...kinds(machine), subject.replace(/\.gguf$/, '')].join('-')
  return `${name.toLowerCase().replaceAll(/[^a-z0-9_.]+/g, '-')}.md`
}

/**
 * What tells CPUs of one name apart: the widest vectors, and what they multiply.
 *
 * @param {Machine} machine
 */
function kinds({ flags }) {
  return flags.includes('avx512') ? flags.filter((flag) => flag !== 'avx2') : flags
}

const MANUAL = '[performance.md](../performance.md) says what the figures mean, and how they are measured.'

/**
 * Puts a result into the text of its file.
 *
 * @param {string} text of the file; empty where there is none
 * @param {Result} result with `plot` as the file links it
 * @param {{ day: string, node: string }} run when it was, as YYYY-MM-DD, and in which version of Node
 * @returns {string} the text of the file, with one section a command
 */
export function placeSection(text, { machine, subject, command, report, plot }, { day, node }) {
  const [about, ...tables] = report.trim().split('\n\n')
  const section = [
    `## \`${command}\``,
    '',
    `- ${day}, Node ${node}`,
    ...about.split('\n').map((line) => `- ${line}`),
    '',
    tables.join('\n\n'),
    ...(plot === undefined ? [] : ['', `![Ratios of the table](${plot})`]),
    '',
  ].join('\n')
  const title = `# ${subject.replace(/\.gguf$/, '')} on ${machine.cpu} (${kinds(machine).join(', ')})`
  const [head, ...sections] = (text || `${title}\n\n${MANUAL}`).split(/^(?=## )/m)
  const place = sections.findIndex((other) => other.startsWith(`## \`${command}\`\n`))
  if (place >= 0) sections[place] = section
  else sections.push(section)
  return `${[head, ...sections].map((part) => part.trimEnd()).join('\n\n')}\n`
}

/**
 * The files of results.
 *
 * @param {string} folder
 * @returns {Record<string, string>} their texts by name, in the order of the names
 */
export function readResults(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith('.md'))
  return Object.fromEntries(names.sort().map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

const [START, END] = ['<!-- overview: the benchmarks, with --write -->', '<!-- end of overview -->']

/**
 * Shows files of results in the text of docs/performance.md.
 *
 * @param {string} page
 * @param {Record<string, string>} files by name
 * @throws {Error} if the page has no place for them
 */
export function placeOverview(page, files) {
  const [from, to] = [page.indexOf(START), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no ${START} before ${END}`)
  return `${page.slice(0, from + START.length)}\n\n${overview(files)}\n\n${page.slice(to)}`
}

/** The figures of the overview, by their labels in the tables, and their names there. */
const COLUMNS = new Map([
  ['load', 'load'],
  ['cold node to first token', 'cold start'],
  ['prefill 512', 'prefill 512'],
  ['decode at 0', 'decode at 0'],
  ['decode at 2048', 'decode at 2048'],
  ['resident memory', 'memory'],
])

/**
 * The comparisons with the peer in one table, a line for each file and kernels, and a list of the other files.
 *
 * @param {Record<string, string>} files by name
 * @returns {string} lines
 */
export function overview(files) {
  /** @type {Map<string, Map<string, string>>} ratios by the beginning of the line */
  const lines = new Map()
  /** @type {string[]} */
  const others = []
  for (const [name, text] of Object.entries(files)) {
    const [, subject, machine] = /^# (.*) on (.*)$/m.exec(text) ?? []
    const compared = text.split(/^(?=## )/m).filter((section) => /^## `npm run bench(?: |`)/.test(section))
    if (compared.length === 0) others.push(`- [${subject} on ${machine}](results/${name})`)
    for (const section of compared) {
      if (/ --busy[ =]/.test(section.split('\n', 1)[0])) continue
      const kernels = / --kernels[ =](\S+?)[`\s]/.exec(section)?.[1] ?? 'usual'
      const line = `| ${machine} | [${subject}](results/${name}) | ${kernels} |`
      lines.set(line, new Map([...(lines.get(line) ?? []), ...ratios(section)]))
    }
  }
  const table = [
    `| machine | model | kernels | ${[...COLUMNS.values()].join(' | ')} |`,
    `| --- | --- | --- |${' --- |'.repeat(COLUMNS.size)}`,
    ...[...lines].map(
      ([line, found]) =>
        `${line} ${[...COLUMNS.keys()].map((label) => found.get(label) ?? '').join(' | ')} |`,
    ),
  ]
  return [...table, ...(others.length === 0 ? [] : ['', ...others])].join('\n')
}

/**
 * The ratios of a section's table: the medians, or a dash where the peer was too restless for one.
 *
 * @param {string} section
 */
function ratios(section) {
  const rows = section.split('\n').map((line) => line.split('|').map((cell) => cell.trim()))
  return rows
    .filter((cells) => cells.length === 8 && COLUMNS.has(cells[1]))
    .map(
      ([, label, , , , , ratio]) =>
        /** @type {const} */ ([label, /^[\d.]+ \(/.test(ratio) ? ratio.split(' ')[0] : '–']),
    )
}
