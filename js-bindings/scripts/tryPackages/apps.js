import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Programs of users, each of which asks for the capital of France. */
const BODY = `const model = await loadModel('smollm2-135m-instruct')
  const { text } = await model.generate('What is the capital of France?', { temperature: 0, maxTokens: 20 })
  console.log(text)
  await model.dispose()`

export const PROGRAMS = {
  'paris.mjs': `import { loadModel } from 'realm-ai'
  ${BODY}
`,
  'paris.cjs': `const { loadModel } = require('realm-ai')
async function main() {
  ${BODY}
}
main()
`,
  'paris.ts': `import { loadModel, type GenerateResult, type Model } from 'realm-ai'
async function ask(model: Model): Promise<GenerateResult> {
  return model.generate('What is the capital of France?', { temperature: 0, maxTokens: 20 })
}
const model = await loadModel('smollm2-135m-instruct')
console.log((await ask(model)).text)
await model.dispose()
`,
}

/** How each package manager installs realm-ai, and what it is told of the registry. */
const INSTALLERS = {
  npm: {
    program: 'npm/bin/npm-cli.js',
    args: (/** @type {string} */ url) => [
      'install',
      'realm-ai',
      '--registry',
      url,
      '--no-audit',
      '--no-fund',
    ],
    settings: () => ({}),
  },
  pnpm: {
    program: 'pnpm/bin/pnpm.cjs',
    args: (/** @type {string} */ url) => ['add', 'realm-ai', '--registry', url],
    settings: () => ({}),
  },
  yarn: {
    program: 'yarn/bin/yarn.js',
    args: (/** @type {string} */ url) => ['add', 'realm-ai', '--registry', url, '--non-interactive'],
    settings: () => ({}),
  },
  'yarn-pnp': {
    program: '@yarnpkg/cli-dist/bin/yarn.js',
    args: () => ['add', 'realm-ai'],
    settings: (/** @type {string} */ url) => ({
      '.yarnrc.yml': `npmRegistryServer: "${url}"\nunsafeHttpWhitelist: ["127.0.0.1"]\nenableTelemetry: false\nnpmMinimalAgeGate: 0\n`,
      'yarn.lock': '',
    }),
  },
}

/** @typedef {keyof typeof INSTALLERS} Installer */

/** What was tried, and how it went. @typedef {{ what: string, problem?: string, seconds: number }} Trial */

/**
 * An empty app on a machine, which realm-ai is installed into, and whose programs are run.
 */
export class App {
  #machine
  #node
  #installer
  #folder
  #url

  /**
   * @param {import('./Machine.js').Machine} machine
   * @param {{ node: string, installer: Installer, url: string, name?: string }} options the registry's `url`; the app's
   *   `name`, by default of the other two
   */
  constructor(machine, { node, installer, url, name = `${installer}-${node}` }) {
    this.#machine = machine
    this.#node = node
    this.#installer = installer
    this.#folder = join(machine.folder, 'home', name)
    mkdirSync(this.#folder, { recursive: true })
    const files = {
      'package.json': JSON.stringify({ name: 'app', private: true }),
      ...INSTALLERS[installer].settings(url),
      ...PROGRAMS,
    }
    for (const [file, content] of Object.entries(files)) writeFileSync(join(this.#folder, file), content)
    machine.handOver(this.#folder)
    this.#url = url
  }

  /** Where it is. */
  get folder() {
    return this.#folder
  }

  /**
   * Installs realm-ai as a user does.
   *
   * @param {string[]} [options] of the package manager
   */
  install(options = []) {
    const { program, args } = INSTALLERS[this.#installer]
    return this.#try('install', [this.#machine.tool(program), ...args(this.#url), ...options], {})
  }

  /**
   * Runs a program that asks for the capital of France.
   *
   * @param {string} file
   */
  ask(file) {
    const start =
      this.#installer === 'yarn-pnp' ? [this.#machine.tool(INSTALLERS['yarn-pnp'].program), 'node'] : []
    return this.#try(file, [...start, file], { expected: /\bParis\b/ })
  }

  /**
   * Runs a program that cannot work here.
   *
   * @param {string} file
   * @param {RegExp} expected of its error
   */
  fail(file, expected) {
    return this.#try(`${file} fails`, [file], { expected, code: 1 })
  }

  /** Compiles a TypeScript program with the package's types, and runs it. */
  askTyped() {
    const tsc = join(this.#machine.folder, 'node_modules/typescript/bin/tsc')
    const args = [
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--types',
      'node',
      '--outDir',
      'out',
    ]
    writeFileSync(
      join(this.#folder, 'package.json'),
      JSON.stringify({ name: 'app', private: true, type: 'module' }),
    )
    const compiled = this.#try('tsc paris.ts', [tsc, ...args, 'paris.ts'], {})
    return compiled.problem === undefined ? this.ask('out/paris.js') : compiled
  }

  /** Has the package look at the machine. */
  doctor() {
    const npx = [this.#machine.tool('npm/bin/npx-cli.js'), '--no', '--', 'realm-ai', 'doctor']
    return this.#try('npx realm-ai doctor', npx, {
      expected: /node_modules\/@realm-ai\/runtime-[\s\S]*Realm runs here/,
    })
  }

  /**
   * @param {string} what
   * @param {string[]} args of Node
   * @param {{ expected?: RegExp, code?: number }} outcome of its output, default anything; its exit code, default 0
   * @returns {Trial}
   */
  #try(what, args, { expected = /(?:)/, code = 0 }) {
    const started = performance.now()
    const { status, stdout, stderr } = this.#machine.run(this.#node, args, { cwd: this.#folder })
    const seconds = (performance.now() - started) / 1000
    const named = `${this.#installer} on ${this.#node}: ${what}`
    if (status === code && expected.test(code === 0 ? stdout : stderr)) return { what: named, seconds }
    return { what: named, seconds, problem: `exit code ${status}, it printed:\n${stdout}${stderr}` }
  }
}
