import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, stop } from 'esbuild'
import { projectRoot } from '../../js-bindings/scripts/runProgram.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

/** A module in WebAssembly whose function `run` returns what it is given. */
const GUEST = '0061736d0100000001060160017c017c030201000707010372756e00000a0601040020000b'

const PROGRAM = `
  import { createGuest, loadModel } from 'realm-ai'
  async function main() {
    const model = await loadModel(process.argv[2], { threads: 1 })
    const { text } = await model.generate('Hi', { maxTokens: 3, temperature: 0 })
    await model.dispose()
    const guest = await createGuest({ engine: 'wasm', source: Buffer.from('${GUEST}', 'hex') })
    const answer = await guest.call('run', 7)
    await guest.close()
    console.log(JSON.stringify({ text: typeof text, answer }))
  }
  main().catch(({ name, code, message }) => console.log(JSON.stringify({ name, code, message })))`

// Other bundlers than esbuild are tried by npm run test:apps.
describe('A program that a bundler has put into one file, with this package', () => {
  const model = withTinyModel()
  let folder = ''

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'realm-bundles-'))
    for (const name of ['app/node_modules', 'app/dist', 'elsewhere'])
      mkdirSync(join(folder, name), { recursive: true })
    symlinkSync(projectRoot, join(folder, 'app/node_modules/realm-ai'))
    writeFileSync(join(folder, 'app/main.js'), PROGRAM)
  })

  after(async () => {
    await stop()
    rmSync(folder, { recursive: true })
  })

  /**
   * @param {string} place where the bundle is put
   * @param {import('esbuild').BuildOptions} options
   */
  async function answerOf(place, options) {
    const outfile = join(folder, place, options.format === 'cjs' ? 'main.cjs' : 'main.mjs')
    const common = { entryPoints: [join(folder, 'app/main.js')], bundle: true, platform: 'node', outfile }
    const { warnings } = await build({ logLevel: 'silent', .../** @type {any} */ (common), ...options })
    assert.deepEqual(
      warnings.filter(({ id }) => id !== 'empty-import-meta'),
      [],
    )
    const { status, stdout, stderr } = spawnSync(process.execPath, [outfile, model.path], {
      cwd: join(folder, 'elsewhere'),
      encoding: 'utf8',
    })
    assert.deepEqual([status, stderr], [0, ''])
    return JSON.parse(stdout)
  }

  /** @type {import('esbuild').BuildOptions[]} */
  const forms = [
    {
      format: 'esm',
      banner: {
        js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)",
      },
    },
    { format: 'cjs' },
    { format: 'cjs', minify: true },
  ]
  for (const options of forms) {
    const name = `${options.format}${options.minify ? ', minified' : ''}`

    it(`runs beside the installed package (${name})`, async () => {
      assert.deepEqual(await answerOf('app/dist', options), { text: 'string', answer: 7 })
    })

    it(`says once what keeps this package out of bundles where it is not installed (${name})`, async () => {
      const { name, code, message } = await answerOf('elsewhere', options)
      assert.deepEqual([name, code], ['RealmError', 'ADDON_NOT_FOUND'])
      assert.equal(message.split('put into a bundle').length, 2)
      for (const option of ['--external:realm-ai', 'serverExternalPackages', 'ssr.external']) {
        assert.ok(message.includes(option), message)
      }
    })
  }

  it('runs where the bundler has written the place of the sources into it, as webpack does', async () => {
    const define = { 'import.meta.url': '"file:///gone/node_modules/realm-ai/js-bindings/lib/index.js"' }
    assert.deepEqual(await answerOf('app/dist', { format: 'cjs', define }), { text: 'string', answer: 7 })
  })
})
