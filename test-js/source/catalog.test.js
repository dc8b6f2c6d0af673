import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { engineModels } from '../../js-bindings/lib/catalog/engineModels.js'
import { catalog } from '../../js-bindings/lib/source/catalog.js'
import { parseSource } from '../../js-bindings/lib/source/parseSource.js'

describe('The catalog', () => {
  it('has its default model, and no name twice', () => {
    const names = catalog.models.map((model) => model.name)
    assert.ok(names.includes(catalog.default))
    assert.equal(new Set(names).size, names.length)
  })

  for (const model of catalog.models) {
    it(`describes ${model.name} wholly`, () => {
      assert.match(model.name, /^[a-z0-9][a-z0-9.-]*$/)
      assert.ok(model.title.length > 0)
      assert.ok(model.licence === undefined || model.licence.length > 0)
      assert.ok(model.system === undefined || model.system.length > 0)
      assert.doesNotThrow(() => parseSource(model.name))
      if (model.hub !== undefined) {
        // Neither a size nor a sum: the hub states them.
        assert.match(model.hub, /^hf:[\w.-]+\/[\w.-]+(:[A-Z0-9_]+|\/[\w./-]+\.gguf)?$/)
        assert.deepEqual(
          Object.keys(model).filter((key) => !['name', 'title', 'licence', 'system', 'hub'].includes(key)),
          [],
        )
        return
      }
      assert.match(model.file, /^[\w.-]+\.gguf$/)
      assert.match(model.architecture, /^[a-z0-9-]+$/)
      assert.match(model.sha256, /^[0-9a-f]{64}$/)
      assert.ok(Number.isSafeInteger(model.size) && model.size > 0)
      assert.ok(model.sources.length > 0)
      for (const source of model.sources) {
        if (source.type === 'hub') {
          assert.match(source.source, /^hf:[\w.-]+\/[\w.-]+\/[\w./-]+\.gguf$/)
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

describe('What the package knows of the engine', () => {
  const read = (/** @type {string} */ path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

  it('are the architectures of Architectures.java', () => {
    const source = read('java-engine/src/main/java/ai/realm/model/arch/Architectures.java')
    const names = [...source.matchAll(/\bentry\(\s*"([^"]+)"/g)].map(([, name]) => name)
    assert.ok(names.includes('llama'))
    assert.deepEqual(
      engineModels.architectures,
      names.sort(),
      'js-bindings/lib/catalog/engineModels.js mirrors them',
    )
  })

  it('are the tensor types of TensorType.java', () => {
    const source = read('java-engine/src/main/java/ai/realm/gguf/TensorType.java')
    const java = [...source.matchAll(/^ {2}(\w+)\((\d+), (\d+), (\d+)\)[,;]/gm)]
    assert.ok(java.length > 10)
    assert.deepEqual(
      engineModels.tensorTypes,
      Object.fromEntries(
        java.map(([, name, id, bytes, values]) => [name, { id: +id, values: +values, bytes: +bytes }]),
      ),
    )
    const others = Object.entries(engineModels.otherTypes)
    assert.deepEqual(
      others.filter(([name, id]) => java.some((type) => type[1] === name || +type[2] === id)),
      [],
    )
  })
})
