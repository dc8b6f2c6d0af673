import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { engineInfo } from '../../js-bindings/lib/diagnostics.js'
import { licenceTexts } from '../../js-bindings/scripts/pack/licenceTexts.js'
import { findPlatform, platforms } from '../../js-bindings/scripts/platforms.js'
import { billOfMaterials } from '../../js-bindings/scripts/release/billOfMaterials.js'
import { changelogSection } from '../../js-bindings/scripts/release/changelogSection.js'
import { notices } from '../../js-bindings/scripts/release/notices.js'
import { jarParts, nativeParts, npmParts, pageParts } from '../../js-bindings/scripts/release/shipped.js'
import { SetupError } from '../../js-bindings/scripts/runProgram.js'
import { findZig } from '../../js-bindings/scripts/zig.js'
import { rounds } from '../fixture/rounds.js'

const project = fileURLToPath(new URL('../../', import.meta.url))
const read = (/** @type {string} */ file) => readFileSync(join(project, file), 'utf8')
const { version, dependencies } = JSON.parse(read('package.json'))

describe('The version', () => {
  it('is in package.json alone: Maven is told it', async () => {
    for (const pom of ['pom.xml', 'java-engine/pom.xml', 'test-java/pom.xml', 'test-java/bench/pom.xml']) {
      const [, first] = /<version>(.*)<\/version>/.exec(read(pom)) ?? []
      assert.match(String(first), /^\$\{revision\}$/, pom)
    }
    assert.equal((await engineInfo()).version, version)
  })

  it('is that of the lockfile', () => {
    const lock = JSON.parse(read('package-lock.json'))
    assert.deepEqual([lock.version, lock.packages[''].version], [version, version])
  })
})

describe('THIRD_PARTY_NOTICES', () => {
  it('is what npm run notices writes', () => {
    assert.equal(
      read('THIRD_PARTY_NOTICES.md'),
      notices(),
      'run npm run notices, and look at what has changed',
    )
  })

  it('has what npm installs, and only licences that ask for no more than their texts', () => {
    const names = npmParts().map(({ name }) => name)
    for (const name of Object.keys(dependencies)) assert.ok(names.includes(name), name)
    for (const { name, licence } of [...npmParts(), ...pageParts(), ...jarParts(), ...nativeParts()]) {
      // Of several, whoever uses it chooses one.
      const choices = licence.replace(/^\((.*)\)$/, '$1').split(' OR ')
      const isFree = /^(MIT|ISC|BSD-\d-Clause|Apache-2\.0( WITH LLVM-exception)?|ZPL-2\.1)$/
      assert.ok(
        choices.some((choice) => isFree.test(choice)),
        `${name}: ${licence}`,
      )
    }
  })

  it('names what the packages for each platform bring the licences of', function () {
    this.timeout(120_000)
    try {
      findZig(console.log)
    } catch (error) {
      if (!(error instanceof SetupError) || process.env.CI === 'true') throw error
      this.test.title += ` (${error.message})`
      this.skip()
    }
    const names = nativeParts().map(({ name }) => name)
    assert.deepEqual(Object.keys(licenceTexts(findPlatform('win32-x64'))), names)
    const others = platforms.filter(({ os }) => os !== 'win32')
    for (const platform of others.slice(0, rounds(1, others.length))) {
      assert.deepEqual(
        Object.keys(licenceTexts(platform)),
        names.filter((name) => name !== 'mingw-w64'),
      )
    }
    for (const file of Object.values(licenceTexts(findPlatform('win32-x64'))))
      assert.ok(existsSync(file), file)
  })

  it('has every library of which the jar has classes', function () {
    const list = spawnSync('unzip', ['-Z1', join(project, 'js-bindings/build/realm-engine.jar')], {
      encoding: 'utf8',
    })
    if (list.error !== undefined) {
      if (process.env.CI === 'true') throw list.error
      this.test.title += ' (unzip is not installed)'
      this.skip()
    }
    const packages = new Set(
      list.stdout
        .split('\n')
        .filter((file) => file.endsWith('.class'))
        .map((file) => file.split('/').slice(0, -1).join('.')),
    )
    const owners = {
      'ai.realm': undefined,
      'com.github.benmanes.caffeine': 'caffeine',
      'com.google.gson': 'gson',
    }
    const unknown = [...packages].filter(
      (name) => !Object.keys(owners).some((own) => `${name}.`.startsWith(`${own}.`)),
    )
    assert.deepEqual(unknown, [])
    assert.deepEqual(
      jarParts().map(({ name }) => name.split(':')[1]),
      Object.values(owners).filter((name) => name !== undefined),
    )
  })
})

describe('The bill of materials', function () {
  this.timeout(240_000)
  const packages = platforms.flatMap(({ name }) =>
    /** @type {const} */ (['addon', 'runtime']).map((kind) => ({
      name: `@realm-ai/${kind}-${name}`,
      platform: name,
      kind,
    })),
  )
  const release = { JAVA_VERSION: '25.0.3', MODULES: 'java.base', IMPLEMENTOR: 'A maker' }
  const runtimes = [{ package: '@realm-ai/runtime-linux-x64', release }]

  /** What the tools say of these parts, as far as it is read. @param {{ name: string, purl: string }[]} parts */
  const bomOf = (parts) => ({
    metadata: {},
    components: parts.map(({ name, purl }) => ({
      'bom-ref': name,
      name,
      purl,
      licenses: [{ expression: 'MIT' }],
    })),
    dependencies: [{ ref: `realm-ai@${version}`, dependsOn: parts.map(({ name }) => name) }],
  })
  const libraries = jarParts().map(({ name, purl }) => ({ name, purl: `${purl}?type=jar` }))
  const unshaded = { name: 'annotations', purl: 'pkg:maven/org.jspecify/jspecify@1.0.0?type=jar' }

  it('has each part once, with its licence, and who has it', () => {
    const found = { npm: bomOf(npmParts()), maven: bomOf([...libraries, unshaded]), packages, runtimes }
    const bom = billOfMaterials(found)
    checkBom(bom)
    assert.deepEqual(billOfMaterials(found), bom)
    assert.ok(!bom.components.some(({ name }) => name === unshaded.name))
    const dependsOn = (/** @type {string} */ ref) =>
      bom.dependencies.find((one) => one.ref === ref)?.dependsOn ?? []
    const openJdk = bom.components.find(({ name }) => name === 'OpenJDK')
    assert.equal(openJdk.version, '25.0.3')
    assert.deepEqual(dependsOn(`@realm-ai/runtime-linux-x64@${version}`), [openJdk['bom-ref']])
    const isOfWindows = (/** @type {string} */ ref) => ref.startsWith('mingw-w64')
    assert.ok(dependsOn(`@realm-ai/addon-win32-x64@${version}`).some(isOfWindows))
    assert.ok(!dependsOn(`@realm-ai/addon-linux-x64@${version}`).some(isOfWindows))
  })

  it('is so of what npm and Maven say', function () {
    if (process.env.REALM_TEST_THOROUGH !== 'true') {
      this.test.title += ' (npm run test:thorough asks both)'
      this.skip()
    }
    const dist = mkdtempSync(join(tmpdir(), 'realm-dist-'))
    try {
      const java = join(dist, 'packages/runtime-linux-x64/java')
      mkdirSync(java, { recursive: true })
      const lines = Object.entries(release).map(([key, value]) => `${key}="${value}"\n`)
      writeFileSync(join(java, 'release'), lines.join(''))
      const program = join(project, 'js-bindings/scripts/release/writeSbom.js')
      const { status, stdout, stderr } = spawnSync(process.execPath, [program, '--into', dist], {
        encoding: 'utf8',
      })
      assert.equal(status, 0, stdout + stderr)
      checkBom(JSON.parse(readFileSync(join(dist, 'realm-ai.cdx.json'), 'utf8')))
    } finally {
      rmSync(dist, { recursive: true })
    }
  })

  /** @param {any} bom */
  function checkBom(bom) {
    assert.equal(bom.specVersion, '1.6')
    assert.match(
      bom.serialNumber,
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    const { component } = bom.metadata
    assert.deepEqual([component.name, component.version], ['realm-ai', version])
    const refs = [component, ...bom.components].map((part) => part['bom-ref'])
    assert.equal(new Set(refs).size, refs.length)
    for (const part of bom.components) assert.ok(part.licenses.length > 0, part['bom-ref'])
    const purls = bom.components.map(({ purl }) => String(purl).replace(/\?type=jar$/, ''))
    const parts = [...npmParts(), ...jarParts(), ...nativeParts()]
    assert.deepEqual(
      parts.map(({ purl }) => purl).filter((purl) => !purls.includes(purl)),
      [],
    )
    const edges = new Map(bom.dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]))
    for (const [ref, on] of edges) for (const one of [ref, ...on]) assert.ok(refs.includes(one), one)
    const reached = new Set([component['bom-ref']])
    for (const ref of reached) for (const on of edges.get(ref) ?? []) reached.add(on)
    assert.deepEqual(
      refs.filter((ref) => !reached.has(ref)),
      [],
    )
  }
})

describe('The notes of a release', () => {
  const changelog =
    '# Changelog\n\n## [Unreleased]\n\n- later\n\n## [1.2.0] - 2026-12-01\n\n- new\n\n## [1.1.0]\n\n- old\n'

  it('are what CHANGELOG says of it', () => {
    assert.equal(changelogSection(changelog, '1.2.0'), '- new')
  })

  it('are asked for where they are missing', () => {
    assert.throws(() => changelogSection(changelog, '1.3.0'), /no section "## \[1\.3\.0\] - YYYY-MM-DD"/)
    assert.throws(() => changelogSection(changelog, '1.1.0'), /no section/)
    assert.throws(() => changelogSection(changelog.replace('-12-01', ''), '1.2.0'), /has no day/)
  })
})
