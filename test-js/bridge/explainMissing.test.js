import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build, stop } from 'esbuild'
import { explainMissing } from '../../js-bindings/lib/bridge/explainMissing.js'
import { platforms } from '../../js-bindings/lib/bridge/platforms.js'
import { projectRoot } from '../../js-bindings/scripts/runProgram.js'

const DEBIAN = /** @type {const} */ ({ os: 'linux', cpu: 'x64', libc: 'glibc' })
const ALPINE = /** @type {const} */ ({ os: 'linux', cpu: 'x64', libc: 'musl' })
const ADDON = '@realm-ai/addon-linux-x64'
const RUNTIME = '@realm-ai/runtime-linux-x64'

/** What realm-ai's package.json names when it is published. */
const optionalDependencies = Object.fromEntries(
  platforms.flatMap(({ name }) => [
    [`@realm-ai/addon-${name}`, '0.1.0'],
    [`@realm-ai/runtime-${name}`, '0.1.0'],
  ]),
)

describe('explainMissing', () => {
  /** An app that has installed realm-ai. */
  let app
  /** @type {string} */
  let folder

  beforeEach(() => {
    app = realpathSync(mkdtempSync(join(tmpdir(), 'realm-missing-')))
    folder = join(app, 'node_modules/realm-ai')
    write('node_modules/realm-ai/package.json', JSON.stringify({ name: 'realm-ai', optionalDependencies }))
  })

  afterEach(() => rmSync(app, { recursive: true }))

  /**
   * @param {string} file
   * @param {string} [content]
   */
  function write(file, content = '') {
    mkdirSync(dirname(join(app, file)), { recursive: true })
    writeFileSync(join(app, file), content)
  }

  /** @param {string} name */
  const install = (name) => write(`node_modules/${name}/package.json`, JSON.stringify({ name }))

  /** @param {object} [options] */
  const explained = (options) => explainMissing('addon', { folder, system: DEBIAN, env: {}, ...options })

  it('sends who has the sources to the build, and nobody else', () => {
    assert.match(explainMissing('addon', { folder: projectRoot }), /^Run "npm run build" in /)
    assert.equal(explainMissing('runtime', { folder: projectRoot }), '', 'a build makes no Java')
    assert.doesNotMatch(explained(), /npm run build/)
  })

  it('says for which systems there are packages, where there is none', () => {
    assert.equal(
      explained({ system: { os: 'freebsd', cpu: 'x64' } }),
      `There are no packages of realm-ai for freebsd-x64; there are for ${platforms.map(({ name }) => name).join(', ')}.`,
    )
  })

  it('says that a release has no such package', () => {
    const { [RUNTIME]: _, ...rest } = optionalDependencies
    write(
      'node_modules/realm-ai/package.json',
      JSON.stringify({ name: 'realm-ai', optionalDependencies: rest }),
    )
    assert.equal(
      explainMissing('runtime', { folder, system: DEBIAN, env: {} }),
      `This release of realm-ai has no package ${RUNTIME}.`,
    )
  })

  it('knows optional dependencies that were left out: --omit=optional', () => {
    const text = explained()
    assert.match(
      text,
      new RegExp(`^The packages of this system, ${ADDON} and ${RUNTIME}, are optional dependencies, and`),
    )
    assert.match(text, /were left out, as --omit=optional does/)
    assert.ok(text.endsWith(`Run "npm install" without that, in ${app}.`), text)
    assert.equal(
      explainMissing('runtime', { folder, system: DEBIAN, env: {} }),
      text,
      'both are explained alike',
    )
  })

  it('names the setting that leaves them out', () => {
    assert.match(
      explained({ env: { npm_config_omit: 'dev optional' } }),
      /the variable npm_config_omit leaves those out/,
    )
    for (const line of ['omit=optional', 'omit[]=optional', 'optional = false']) {
      write('.npmrc', `audit=false\n${line}\n`)
      const told = explained()
      assert.ok(told.includes(`"${line}" in ${join(app, '.npmrc')} leaves those out`), told)
    }
    write('.npmrc', 'omit=dev\n')
    assert.match(explained(), /as --omit=optional does/)
  })

  it('speaks of the installer whose lock file is there', () => {
    const named = `"${ADDON}@0.1.0":`
    for (const [lockFile, command, without] of [
      ['pnpm-lock.yaml', 'pnpm install', '--no-optional'],
      ['yarn.lock', 'yarn install', '--ignore-optional'],
      ['bun.lock', 'bun install', '--omit=optional'],
    ]) {
      write(lockFile, named)
      const text = explained()
      assert.ok(text.includes(`as ${without} does`) && text.includes(`Run "${command}"`), text)
      rmSync(join(app, lockFile))
    }
  })

  it('knows pnpm by its folders, with its setting', () => {
    const inStore = 'node_modules/.pnpm/realm-ai@0.1.0/node_modules/realm-ai'
    write(`${inStore}/package.json`, JSON.stringify({ name: 'realm-ai', optionalDependencies }))
    const text = explained({ folder: join(app, inStore) })
    assert.match(text, /as --no-optional does .* Run "pnpm install" without that/)
    assert.ok(text.includes(`in ${app}. With pnpm, supportedArchitectures in pnpm-workspace.yaml`), text)
  })

  it('knows a lock file that was written on another system', () => {
    const packages = {
      'node_modules/realm-ai': { version: '0.1.0', optionalDependencies },
      'node_modules/@realm-ai/addon-darwin-arm64': { version: '0.1.0', optional: true },
    }
    write('package-lock.json', JSON.stringify({ packages }, null, 2))
    const text = explained()
    assert.ok(
      text.startsWith(`${join(app, 'package-lock.json')} does not name ${ADDON}: it was written where`),
      text,
    )
    assert.match(text, /Delete package-lock.json and node_modules, and run "npm install" once/)
    packages[`node_modules/${ADDON}`] = { version: '0.1.0', optional: true }
    write('package-lock.json', JSON.stringify({ packages }, null, 2))
    assert.match(explained(), /as --omit=optional does/, 'the lock file is as it should be')
  })

  it('knows node_modules that came from another system, as into a Docker image', () => {
    install('@realm-ai/addon-darwin-arm64')
    const text = explained()
    assert.match(
      text,
      /^This Node runs on linux-x64, and installed is @realm-ai\/addon-darwin-arm64: node_modules was/,
    )
    assert.match(text, /COPY .*\.dockerignore.* Run "npm install" on this system, in the same image/)
    assert.match(explained({ system: { ...DEBIAN, cpu: 'arm64' } }), /runs on linux-arm64, and installed is/)
  })

  it('knows musl and glibc apart', () => {
    install(ADDON)
    const text = explained({ system: ALPINE })
    assert.match(
      text,
      /^This Node is linked with musl \(as on Alpine\), and @realm-ai\/addon-linux-x64 is for glibc: node_modules was/,
    )
    install('@realm-ai/addon-linuxmusl-arm64')
    assert.match(
      explained({ system: { ...DEBIAN, cpu: 'arm64' } }),
      /^This Node is linked with glibc \(as on Debian\), and .* is for musl/,
    )
  })

  it('knows a package whose files were left out, and folders that bundlers make', () => {
    install(ADDON)
    const leftOut = new RegExp(
      `^A bundler or a copy has left out files of ${ADDON} or ${RUNTIME}: it follows imports`,
    )
    assert.match(explained(), leftOut)
    assert.match(explained(), /outputFileTracingIncludes/)
    const traced = join('.next/standalone/node_modules/realm-ai')
    write(`${traced}/package.json`, JSON.stringify({ name: 'realm-ai', optionalDependencies }))
    rmSync(join(app, 'node_modules'), { recursive: true })
    assert.match(explained({ folder: join(app, traced) }), leftOut)
  })

  for (const format of /** @type {const} */ (['esm', 'cjs'])) {
    it(`knows that it is in a bundle (${format}), and which options keep it out`, async () => {
      const entry = join(app, 'entry.js')
      const bridge = join(projectRoot, 'js-bindings/lib/bridge')
      writeFileSync(
        entry,
        `import { findAddon } from ${JSON.stringify(join(bridge, 'findAddon.js'))}
         import { findEngine } from ${JSON.stringify(join(bridge, 'findRuntime.js'))}
         const errors = [findAddon, findEngine].map((find) => { try { return find() } catch ({ message }) { return message } })
         console.log(JSON.stringify(errors))`,
      )
      const outfile = join(app, `out/bundle.${format === 'esm' ? 'mjs' : 'cjs'}`)
      await build({
        entryPoints: [entry],
        outfile,
        bundle: true,
        format,
        platform: 'node',
        logLevel: 'silent',
        // What a bundler cannot bring along belongs to another test.
        plugins: [
          {
            name: 'no-catalog',
            setup: ({ onLoad }) =>
              void onLoad({ filter: /catalog\.js$/ }, () => ({ contents: 'export const catalog = {}' })),
          },
        ],
      }).finally(stop)
      rmSync(join(app, 'node_modules'), { recursive: true })
      const { stdout, stderr } = spawnSync(process.execPath, [outfile], { encoding: 'utf8' })
      assert.equal(stderr, '')
      for (const message of JSON.parse(stdout)) {
        assert.match(message, /This code of realm-ai was put into a bundle, which cannot hold/)
        assert.match(message, /esbuild --external:realm-ai; webpack externals.*serverExternalPackages/)
        assert.doesNotMatch(message, /npm run build/)
      }
    })
  }
})
