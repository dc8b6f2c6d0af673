import { readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { buildIfChanged } from './buildIfChanged.js'
import { projectRoot } from './runProgram.js'

const OUTPUT = 'js-bindings/build/realm.cjs'
const LIB = join(projectRoot, 'js-bindings/lib')

/** Where a module of `lib` lies, in one file that lies in `build`: what it finds by `import.meta.url` is found there, too. */
const PLACE = `const placeOf = (module) => require('node:url').pathToFileURL(require('node:path').join(__dirname, '../lib', module)).href`

/**
 * Writes all of `lib` as one CommonJS file, if that has changed: for programs that can load no ES module, such as tests in
 * jest's CommonJS mode.
 *
 * @param {{ log?: (line: string) => void }} [options] `log` is told what is done; default: standard output
 */
export function buildCommonJs({ log } = {}) {
  return buildIfChanged({
    output: OUTPUT,
    inputs: ['js-bindings/lib', 'js-bindings/scripts/buildCommonJs.js', 'package-lock.json'],
    build: bundle,
    log,
  })
}

async function bundle() {
  // Loaded late: on a fresh clone it is only there now.
  const { build, stop } = await import('esbuild')
  await build({
    entryPoints: [join(LIB, 'index.js')],
    outfile: join(projectRoot, OUTPUT),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    // jest can run none, without flags of Node.
    supported: { 'dynamic-import': false },
    banner: { js: PLACE },
    logLevel: 'warning',
    plugins: [{ name: 'places', setup: keepPlaces }],
  }).finally(stop)
}

/** @param {import('esbuild').PluginBuild} build */
function keepPlaces({ onLoad }) {
  onLoad({ filter: /\/js-bindings\/lib\/.*\.js$/ }, ({ path }) => {
    const place = `placeOf(${JSON.stringify(relative(LIB, path))})`
    return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', place) }
  })
}
