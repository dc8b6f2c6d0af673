import { equal, match, rejects } from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { buildIfChanged } from '../../js-bindings/scripts/buildIfChanged.js'
import { projectRoot } from '../../js-bindings/scripts/runProgram.js'

describe('buildIfChanged', () => {
  /** @type {string} */
  let folder
  /** @type {number} */
  let builds
  /** @type {string[]} */
  let log

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'realm-build-'))
    builds = 0
    log = []
    mkdirSync(join(folder, 'sources'))
    writeFileSync(join(folder, 'sources/a'), '1')
  })

  afterEach(() => rmSync(folder, { recursive: true }))

  /** @param {() => void} [work] */
  function build(work = () => writeFileSync(join(folder, 'out/product'), 'made')) {
    return buildIfChanged({
      output: relative(projectRoot, join(folder, 'out/product')),
      inputs: [relative(projectRoot, join(folder, 'sources'))],
      log: (line) => log.push(line),
      build() {
        builds++
        work()
      },
    })
  }

  it('builds once for the same inputs', async () => {
    equal(await build(), true)
    equal(await build(), false)
    equal(builds, 1)
    equal(log.length, 1)
    match(log[0], /product: building$/)
  })

  it('builds again when an input changes, appears, is renamed or vanishes', async () => {
    await build()
    writeFileSync(join(folder, 'sources/a'), '2')
    await build()
    equal(builds, 2)
    writeFileSync(join(folder, 'sources/b'), '')
    await build()
    equal(builds, 3)
    rmSync(join(folder, 'sources/b'))
    writeFileSync(join(folder, 'sources/c'), '')
    await build()
    equal(builds, 4)
    rmSync(join(folder, 'sources/c'))
    await build()
    equal(builds, 5)
  })

  it('builds again when the product is gone', async () => {
    await build()
    rmSync(join(folder, 'out/product'))
    await build()
    equal(builds, 2)
  })

  it('builds again after a build that failed', async () => {
    await build()
    writeFileSync(join(folder, 'sources/a'), '2')
    const fail = () => {
      throw new Error('no compiler')
    }
    await rejects(build(fail), /no compiler/)
    writeFileSync(join(folder, 'sources/a'), '1')
    await build()
    equal(builds, 3)
  })
})
