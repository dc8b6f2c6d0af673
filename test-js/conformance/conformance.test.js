import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { startBridge } from '../../js-bindings/lib/bridge/startBridge.js'
import { conformanceCases, conformancePath } from '../fixture/conformance.js'
import { drivers } from './drivers/drivers.js'
import { runCase } from './runner/runCase.js'

const cases = readdirSync(conformancePath('cases')).flatMap((file) =>
  conformanceCases(file.replace('.json', '')),
)

/** With a host of its own: options of the host are those of its process. */
async function runInProcess(description, driver) {
  const program = fileURLToPath(new URL('runner/caseProgram.js', import.meta.url))
  const env = { ...process.env, REALM_HOST_STORAGE_BYTES: String(description.host.storageBytes) }
  await promisify(execFile)(process.execPath, [program, driver, description.name], { env })
}

for (const [name, open] of drivers) {
  describe(`Conformance of the host functions, ${name}`, () => {
    /** @type {import('./drivers/CaseDriver.js').CaseDriver} */
    let driver
    before(async function () {
      this.timeout(60_000) // The compiler of the guest may have to run.
      await startBridge()
      driver = await open()
    })

    for (const description of cases) {
      it(description.name, () =>
        description.host === undefined ? runCase(description, driver) : runInProcess(description, name),
      ).timeout(description.random === undefined ? 30_000 : 120_000)
    }
  })
}

describe('The conformance cases', () => {
  it('are many, each by a name of its own', () => {
    assert.ok(cases.length >= 350, `${cases.length} cases`)
    assert.equal(new Set(cases.map(({ name }) => name)).size, cases.length)
  })
})
