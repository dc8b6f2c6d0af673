import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bin, newProject, run } from './runApp.js'

const esbuild = [bin('esbuild'), '--bundle', '--platform=node', '--log-level=error']

/** How each bundler puts the program and the package into one file, or a few, and which of them is started. */
const BUNDLERS = [
  {
    name: 'esbuild, as an ES module',
    command: [...esbuild, 'paris.mjs', '--format=esm', '--outfile=dist/esbuild-esm/main.mjs'],
    main: 'esbuild-esm/main.mjs',
  },
  {
    name: 'esbuild, as CommonJS',
    command: [...esbuild, 'paris.cjs', '--format=cjs', '--outfile=dist/esbuild-cjs/main.cjs'],
    main: 'esbuild-cjs/main.cjs',
  },
  {
    name: 'rollup',
    command: [bin('rollup'), '--config', 'rollup.config.js', '--silent'],
    main: 'rollup/main.mjs',
  },
  {
    name: 'webpack, as an ES module',
    command: [process.execPath, 'webpack.cjs', 'esm'],
    main: 'webpack-esm/main.mjs',
  },
  {
    name: 'webpack, as CommonJS',
    command: [process.execPath, 'webpack.cjs', 'cjs'],
    main: 'webpack-cjs/main.cjs',
  },
  {
    name: 'Vite, for a server, with noExternal',
    command: [bin('vite'), 'build', '--logLevel', 'warn'],
    main: 'vite/paris.js',
  },
  { name: 'ncc', command: [bin('ncc'), 'build', 'paris.mjs', '-o', 'dist/ncc', '-q'], main: 'ncc/index.mjs' },
  {
    name: 'Bun build',
    command: [bin('bun'), 'build', 'paris.mjs', '--target=node', '--outfile=dist/bun/main.mjs'],
    main: 'bun/main.mjs',
  },
]

describe('Bundlers', function () {
  this.timeout(300_000)
  const project = newProject()
  const elsewhere = mkdtempSync(join(tmpdir(), 'realm-bundles-'))
  after(() => {
    for (const folder of [project, elsewhere]) rmSync(folder, { recursive: true })
  })

  for (const { name, command, main } of BUNDLERS) {
    it(`${name}: the bundle runs beside the installed package`, () => {
      run(project, command)
      assert.match(run(elsewhere, [process.execPath, join(project, 'dist', main)]), /Paris/)
    })

    // webpack writes the place of the sources into the bundle, and the package is still there.
    if (name.startsWith('webpack')) continue

    it(`${name}: it says what to do where the package is not`, () => {
      cpSync(join(project, 'dist'), elsewhere, { recursive: true })
      const output = run(elsewhere, [process.execPath, join(elsewhere, main)], { code: 1 })
      assert.match(output, /ADDON_NOT_FOUND/)
      assert.match(output, /put into a bundle.*--external:realm-ai/)
    })
  }
})
