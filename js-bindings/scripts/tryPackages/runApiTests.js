import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { projectRoot } from '../runProgram.js'

/** What the tests are made of, beside the package. */
const COPIED = [
  '.mocharc.json',
  'docs/host-functions.md',
  'examples',
  'java-engine/src/main/java/ai/realm/host/HostFunction.java',
  'js-bindings/bench',
  'js-bindings/build/wasm-guest',
  'js-bindings/build/wasm-guest.inputs',
  'js-bindings/scripts',
  'package-lock.json',
  'test-java/src/test/resources',
  'test-js',
]

/** What of the sources the package stands for, in its own places. */
const INSTALLED = ['cli', 'lib', 'build/realm-engine.jar', 'build/realm.cjs', 'build/types']

/**
 * Runs tests of the public API on a machine against the realm-ai that is installed into an app there: where tests name a
 * file of the sources' `js-bindings/lib`, they get that package's.
 *
 * @param {import('./Machine.js').Machine} machine
 * @param {object} options
 * @param {string} options.node one of NODES
 * @param {import('./apps.js').App} options.app has realm-ai installed
 * @param {string[]} options.files patterns of test files
 * @param {NodeJS.ProcessEnv} options.env what the tests are told of models
 * @returns {{ passed: number, failed: number, skips: string[], finished: boolean, output: string }}
 */
export function runApiTests(machine, { node, app, files, env }) {
  for (const path of COPIED) cpSync(join(projectRoot, path), join(app.folder, path), { recursive: true })
  for (const path of INSTALLED) {
    const link = join(app.folder, 'js-bindings', path)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(app.folder, 'node_modules/realm-ai/js-bindings', path), link)
  }
  // Without its name: "realm-ai" is to be the installed one.
  const { name, exports, ...root } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))
  writeFileSync(join(app.folder, 'package.json'), JSON.stringify(root))
  // The guests of tests are compiled by a program of the sources' node_modules.
  symlinkSync(join(machine.folder, 'node_modules/.bin/asc'), join(app.folder, 'node_modules/.bin/asc'))
  const told = bringModels(machine, env)
  machine.handOver(app.folder)
  const result = join(app.folder, 'result.json')
  const mocha = join(machine.folder, 'node_modules/mocha/bin/mocha.js')
  const reporter = [
    '--reporter',
    'js-bindings/scripts/MochaReporter.js',
    '--reporter-option',
    `result=${result}`,
  ]
  const { status, stdout, stderr } = machine.run(node, [mocha, ...files, ...reporter], {
    cwd: app.folder,
    env: { ...told, ...(process.env.CI === undefined ? {} : { CI: process.env.CI }) },
    minutes: 30,
  })
  const counts = existsSync(result)
    ? JSON.parse(readFileSync(result, 'utf8'))
    : { passed: 0, failed: 0, skips: [] }
  return { ...counts, finished: status === 0, output: `${stdout}${stderr}` }
}

/**
 * Copies models that tests are told of to a machine, which sees no other folder.
 *
 * @param {import('./Machine.js').Machine} machine
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv} with their paths there
 */
function bringModels(machine, env) {
  const folder = join(machine.folder, 'models')
  mkdirSync(folder, { recursive: true })
  /** @param {string} file */
  const bring = (file) => {
    const path = join(folder, basename(file))
    if (!existsSync(path)) copyFileSync(file, path)
    return path
  }
  const told = { ...env }
  for (const name of ['REALM_TEST_MODEL', 'REALM_TEST_EMBEDDER']) {
    const file = env[name]
    if (file !== undefined) told[name] = bring(file)
  }
  if (env.REALM_TEST_MATRIX !== undefined) {
    /** @type {{ path: string }[]} */
    const list = JSON.parse(readFileSync(env.REALM_TEST_MATRIX, 'utf8'))
    // Beside each model lies what is expected of it.
    const there = list.map((tiny) => {
      const files = readdirSync(dirname(tiny.path)).filter((file) =>
        file.startsWith(`${basename(tiny.path)}.`),
      )
      for (const file of files) bring(join(dirname(tiny.path), file))
      return { ...tiny, path: join(folder, basename(tiny.path)) }
    })
    told.REALM_TEST_MATRIX = join(folder, 'list.json')
    writeFileSync(told.REALM_TEST_MATRIX, JSON.stringify(there))
  }
  machine.handOver(folder)
  return told
}
