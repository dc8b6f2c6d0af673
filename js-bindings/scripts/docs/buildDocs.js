import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pageNames } from '../../../docs/.vitepress/pages.js'
import { buildTypes } from '../buildTypes.js'
import { installDependencies } from '../installDependencies.js'
import { projectRoot, runScript, SetupError } from '../runProgram.js'
import { checkLinks } from './checkLinks.js'

// npm run docs: the site of docs/*.md and of the types of the API, in docs/.vitepress/dist. Warnings are errors, and so are links
// that lead nowhere. What builds it is installed in docs/node_modules, where no other command needs it.

const docs = join(projectRoot, 'docs')
const site = join(docs, '.vitepress/dist')
/** Minutes after which a program that hangs is killed: each takes less than one. */
const LONGEST = 5

await runScript(async () => {
  installDependencies()
  installDependencies('docs')
  await buildTypes()
  checkSidebar()
  describeApi()
  run('vitepress', ['build', '.'], { warns: /\(!\)|\bwarn/i })
  const { pages, links } = checkLinks(site)
  console.log(`${pages} pages in docs/.vitepress/dist, and ${links} links within them lead somewhere`)
})

/** @throws {SetupError} if a page is in no group of the sidebar: readers would not find it */
function checkSidebar() {
  const written = readdirSync(docs)
    .filter((file) => file.endsWith('.md') && file !== 'index.md')
    .map((file) => file.replace(/\.md$/, ''))
  const unlisted = written.filter((name) => !pageNames.includes(name))
  if (unlisted.length > 0) {
    throw new SetupError(
      `docs/.vitepress/pages.js does not list ${unlisted.join(', ')}: add each page to a group there`,
    )
  }
}

/** Writes docs/api from the package's type declarations. */
function describeApi() {
  const cache = join(docs, '.vitepress/cache')
  mkdirSync(cache, { recursive: true })
  const types = '../../../js-bindings/build/types/'
  // TypeDoc describes what a module exports by its name, and of an alias only that it is one.
  const entry = readFileSync(join(projectRoot, 'js-bindings/build/types/index.d.ts'), 'utf8')
    .replaceAll(/^export type (\w+) = import\('\.\/(.+)'\)\.\1;$/gm, `export type { $1 } from '${types}$2'`)
    .replaceAll("from './", `from '${types}`)
  writeFileSync(join(cache, 'api.d.ts'), entry)
  const compilerOptions = {
    target: 'es2023',
    lib: ['es2023', 'esnext.disposable'],
    module: 'nodenext',
    strict: true,
    skipLibCheck: true,
    types: ['node'],
    typeRoots: ['../../../node_modules/@types'],
  }
  writeFileSync(join(cache, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['api.d.ts'] }))
  rmSync(join(docs, 'api'), { recursive: true, force: true })
  run('typedoc', ['--tsconfig', '.vitepress/cache/tsconfig.json'])
}

/**
 * Runs a program of docs/node_modules there.
 *
 * @param {string} program
 * @param {string[]} args
 * @param {{ warns?: RegExp }} [options] `warns`: what a warning in its output has
 * @throws {SetupError} if it fails or warns; its output is printed then
 */
function run(program, args, { warns } = {}) {
  const { status, stdout, stderr, error } = spawnSync(join(docs, 'node_modules/.bin', program), args, {
    cwd: docs,
    encoding: 'utf8',
    timeout: LONGEST * 60_000,
    killSignal: 'SIGKILL',
  })
  const output = `${stdout}${stderr}`
  if (status === 0 && !warns?.test(output)) return
  process.stderr.write(output)
  const what = status === 0 ? 'warned' : `failed (${error?.message ?? `exit code ${status}`})`
  throw new SetupError(`${program} ${what}: its output is above`)
}
