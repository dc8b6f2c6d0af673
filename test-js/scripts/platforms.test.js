import assert from 'node:assert/strict'
import { platformName, thisPlatform, thisSystem } from '../../js-bindings/lib/bridge/platforms.js'
import { findPlatform, platforms } from '../../js-bindings/scripts/platforms.js'
import { SetupError } from '../../js-bindings/scripts/runProgram.js'

describe('platforms', () => {
  it('are named as npm names what they run on', () => {
    for (const { name, os, cpu, libc } of platforms) {
      assert.equal(name, platformName({ os, cpu, libc }))
      assert.equal(libc !== undefined, os === 'linux', `${name} says its C library`)
    }
    assert.deepEqual(
      platforms.map(({ name }) => name),
      [
        ...['linux-x64', 'linux-arm64', 'linuxmusl-x64', 'linuxmusl-arm64'],
        ...['darwin-arm64', 'darwin-x64', 'win32-x64'],
      ],
    )
  })

  it('have a target of zig each', () => {
    for (const { name, zigTarget } of platforms) {
      assert.match(zigTarget, /^(x86_64|aarch64)-(linux-(gnu\.2\.28|musl)|macos\.11\.0|windows-gnu)$/, name)
    }
  })

  it('knows the system of this process', () => {
    const { os, cpu, libc } = thisSystem()
    assert.deepEqual([os, cpu], [process.platform, process.arch])
    const { header } = /** @type {any} */ (process.report.getReport())
    const expected = os !== 'linux' ? undefined : header.glibcVersionRuntime ? 'glibc' : 'musl'
    assert.equal(libc, expected)
    assert.equal(findPlatform().name, thisPlatform()?.name)
  })

  it('finds one by its name, and says which there are', () => {
    assert.equal(findPlatform('darwin-arm64').kernels, 'librealm-kernels.dylib')
    assert.throws(
      () => findPlatform('linux-s390x'),
      (error) =>
        error instanceof SetupError && /linux-s390x; it can for linux-x64, .*win32-x64$/.test(error.message),
    )
  })
})
