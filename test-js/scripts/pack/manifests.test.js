import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import {
  mainManifest,
  platformManifest,
  publishedReadme,
} from '../../../js-bindings/scripts/pack/manifests.js'
import { findPlatform } from '../../../js-bindings/scripts/platforms.js'

const root = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))

describe('The package.json that is published', () => {
  it("is the sources' with the packages of each system, and without what only the sources use", () => {
    const packed = ['@realm-ai/addon-linux-x64', '@realm-ai/runtime-linux-x64']
    const manifest = mainManifest(root, packed)
    assert.deepEqual(
      manifest.optionalDependencies,
      Object.fromEntries(packed.map((name) => [name, root.version])),
    )
    const { scripts, devDependencies, ...rest } = root
    assert.ok(scripts && devDependencies)
    assert.deepEqual(manifest, {
      ...rest,
      optionalDependencies: manifest.optionalDependencies,
      preferUnplugged: true,
    })
    assert.equal(root.optionalDependencies, undefined, 'sources install no build of another place')
    for (const key of ['main', 'types', 'repository', 'homepage', 'bugs']) assert.ok(root[key], key)
  })

  it('names the system that a package is for as npm does', () => {
    for (const [name, expected] of Object.entries({
      'linux-arm64': { os: ['linux'], cpu: ['arm64'], libc: ['glibc'] },
      'linuxmusl-x64': { os: ['linux'], cpu: ['x64'], libc: ['musl'] },
      'darwin-arm64': { os: ['darwin'], cpu: ['arm64'], libc: undefined },
      'win32-x64': { os: ['win32'], cpu: ['x64'], libc: undefined },
    })) {
      const { os, cpu, libc, version, scripts, ...rest } = platformManifest(root, 'addon', findPlatform(name))
      assert.deepEqual({ os, cpu, libc }, expected)
      assert.deepEqual([rest.name, version, scripts], [`@realm-ai/addon-${name}`, root.version, undefined])
    }
    assert.match(
      platformManifest(root, 'runtime', findPlatform('linux-x64')).license,
      /^GPL-2\.0-only WITH Classpath/,
    )
  })

  it('has a README whose links lead to the sources of that version', () => {
    const readme = '[a](docs/a.md#b) [c](#c) [d](https://example.org/d) [e](LICENSE)'
    assert.equal(
      publishedReadme(readme, { homepage: 'https://example.org/realm#readme', version: '1.2.3' }),
      '[a](https://example.org/realm/blob/v1.2.3/docs/a.md#b) [c](#c) [d](https://example.org/d) ' +
        '[e](https://example.org/realm/blob/v1.2.3/LICENSE)',
    )
  })
})
