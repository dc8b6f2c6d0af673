import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { HOST_FUNCTIONS } from '../../js-bindings/lib/hostImports.js'

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

describe('The table of host functions', () => {
  it('is the one of HostFunction.java: names and numbers of parameters, in its order', () => {
    const source = read('java-engine/src/main/java/ai/realm/host/HostFunction.java')
    const constants = [...source.matchAll(/^ {2}[A-Z_]+\("(\w+)", ([I0-9, ]+)\)[,;]$/gm)]
    assert.equal(constants.length, source.match(/^ {2}[A-Z_]+\(/gm)?.length, 'every constant was read')
    assert.deepEqual(
      HOST_FUNCTIONS,
      constants.map(([, name, parameters]) => [name, parameters.split(',').length]),
    )
  })

  it('is the one that the documentation shows', () => {
    const rows = [...read('docs/host-functions.md').matchAll(/^\| `(realm_\w+)` \| `([\w, ]+)` \|/gm)]
    assert.deepEqual(
      HOST_FUNCTIONS,
      rows.map(([, name, parameters]) => [name, parameters.split(',').length]),
    )
  })

  it('is the one that the type HostFunctions lists', () => {
    const properties = [...read('js-bindings/lib/types.d.ts').matchAll(/(realm_\w+): \(([^)]*)\) => number/g)]
    assert.deepEqual(
      HOST_FUNCTIONS,
      properties.map(([, name, parameters]) => [name, parameters.match(/\w+:/g).length]),
    )
  })
})
