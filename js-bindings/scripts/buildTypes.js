import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfChanged } from './buildIfChanged.js'
import { projectRoot, runProgram, SetupError } from './runProgram.js'

const OUTPUT = 'js-bindings/build/types'

/**
 * Writes the type declarations of the package from the JSDoc of `lib`, if that has changed.
 *
 * @param {{ log?: (line: string) => void }} [options] `log` is told what is done; default: standard output
 * @throws {SetupError} if the types do not check
 */
export function buildTypes({ log } = {}) {
  return buildIfChanged({
    output: OUTPUT,
    inputs: [
      'js-bindings/lib',
      'js-bindings/tsconfig.json',
      'js-bindings/tsconfig.types.json',
      'package-lock.json',
    ],
    build: declareTypes,
    log,
  })
}

function declareTypes() {
  const output = join(projectRoot, OUTPUT)
  rmSync(output, { recursive: true, force: true })
  if (runProgram('node_modules/.bin/tsc', ['--project', 'js-bindings/tsconfig.types.json']) !== 0) {
    throw new SetupError('The types of js-bindings/lib do not check: the messages of tsc are above')
  }
  // tsc writes declarations of JavaScript alone.
  const lib = join(projectRoot, 'js-bindings/lib')
  for (const file of readdirSync(lib, { recursive: true, encoding: 'utf8' })) {
    if (file.endsWith('.d.ts')) copyFileSync(join(lib, file), join(output, file))
  }
  const declared = readFileSync(join(output, 'index.d.ts'), 'utf8')
  writeFileSync(join(output, 'index.d.cts'), commonJsTypes(declared))
}

/**
 * The types for `require`: those of the ES module, by the same names.
 *
 * @param {string} declared those of the ES module
 */
function commonJsTypes(declared) {
  const values = [...declared.matchAll(/^export \{([^}]*)\}/gm)]
    .flatMap(([, names]) => names.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '')
  const classes = values.filter((name) => /^[A-Z]/.test(name))
  const types = [...declared.matchAll(/^export type (\w+) =/gm)].map(([, name]) => name)
  return [
    "import type * as realm from './index.js' with { 'resolution-mode': 'import' }",
    ...values.map((name) => `export const ${name}: typeof realm.${name}`),
    ...[...classes, ...types].map((name) => `export type ${name} = realm.${name}`),
    '',
  ].join('\n')
}
