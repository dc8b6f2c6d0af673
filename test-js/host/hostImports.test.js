import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import {
  closeSession,
  embedTokens,
  forwardLayer,
  hostImports,
  loadModel,
  Model,
  openSession,
  RealmError,
  removeModel,
  storeModel,
} from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

const codes = JSON.parse(
  readFileSync(new URL('../../js-bindings/lib/errors/codes.json', import.meta.url), 'utf8'),
)
const number = (code) => codes[code].number

describe('hostImports', () => {
  const file = withTinyModel()
  /** @type {Model} */
  let model
  /** @type {WebAssembly.Memory} */
  let memory
  before(async () => {
    model = await loadModel(file.path, { threads: 1 })
  })
  after(() => model.dispose())
  beforeEach(() => {
    memory = new WebAssembly.Memory({ initial: 2 })
  })

  /** Writes a text; returns its place and length. */
  const put = (at, text) => [
    at,
    new TextEncoder().encodeInto(text, new Uint8Array(memory.buffer, at)).written,
  ]
  const textAt = (at, length) => Buffer.from(memory.buffer, at, length).toString()

  /** Runs `use` with a guest, which is closed afterwards. */
  function withGuest(options, use, of = memory) {
    const imports = hostImports(of, options)
    try {
      return use(imports)
    } finally {
      imports.close()
    }
  }

  it('gives every function of the table, for a module and for JavaScript', () => {
    withGuest({ models: [model] }, ({ env, models: [id] }) => {
      assert.equal(Object.keys(env).length, 14)
      assert.equal(env.realm_get_model_info(id, 0, 8), 0)
      const tensors = new DataView(memory.buffer).getUint32(0, true)
      const name = put(100, 'output_norm.weight')
      assert.equal(tensors, 21)
      assert.equal(env.realm_get_tensor(id, ...name, 1000, 128), 128)
      assert.deepEqual([...new Float32Array(memory.buffer, 1000, 32)], Array(32).fill(1))
      assert.equal(env.realm_get_tensor_range(id, ...name, 31n, 1, 2000, 4), 4)
      assert.equal(env.realm_get_tensor_range(id, ...name, 31, 1, 2004, 4), 4)
      assert.deepEqual([...new Float32Array(memory.buffer, 2000, 3)], [1, 1, 0])
    })
  })

  it('generates what the model does', async () => {
    const options = { maxTokens: 8, temperature: 0 }
    const { text } = await model.generate('in the', { ...options, raw: true })
    withGuest({ models: [model] }, ({ env, models: [id] }) => {
      const length = env.realm_generate(
        id,
        ...put(0, 'in the'),
        ...put(100, JSON.stringify(options)),
        200,
        500,
      )
      assert.equal(textAt(200, length), text)
    })
  })

  it('hands over pieces where they lie, and ends a text that is not wanted any more', () => {
    const pieces = []
    const enough = new Error('enough')
    const streamToken = (pointer, length) => {
      if (pieces.length === 3) throw enough
      pieces.push([pointer, textAt(pointer, length)])
    }
    withGuest({ models: [model], streamToken }, (imports) => {
      const { env, models: [id] } = imports // biome-ignore format: one line
      const generate = (options) =>
        env.realm_generate(id, ...put(0, 'in the'), ...put(100, JSON.stringify(options)), 200, 500)
      const length = generate({ maxTokens: 3, temperature: 0, seed: 1 })
      assert.ok(length > 0)
      assert.equal(pieces.map(([, text]) => text).join(''), textAt(200, length))
      assert.equal(pieces[0][0], 200)
      pieces.length = 0
      assert.equal(generate({ maxTokens: 200, temperature: 0 }), number('ABORTED'))
      const error = imports.lastError()
      assert.ok(error instanceof RealmError)
      assert.deepEqual([error.code, error.cause], ['ABORTED', enough])
    })
  })

  it('can be cancelled within a piece', () => {
    const options = { models: [model], streamToken: () => cancel() }
    let cancel = () => undefined
    withGuest(options, (imports) => {
      cancel = () => imports.cancel()
      const [id] = imports.models
      assert.equal(imports.env.realm_generate(id, ...put(0, 'in the'), 0, 0, 200, 5000), number('ABORTED'))
      assert.equal(imports.lastError()?.code, 'ABORTED')
      assert.equal(imports.lastError()?.cause, undefined)
    })
  })

  it('reads a memory that has grown, one of a function, a shared one, and any with a buffer', () => {
    const shared = new WebAssembly.Memory({ initial: 1, maximum: 4, shared: true })
    const plain = { buffer: new ArrayBuffer(65536) }
    for (const of of [memory, () => memory, shared, () => shared, plain]) {
      withGuest(
        { models: [model] },
        ({ env, models: [id] }) => {
          const now = typeof of === 'function' ? of() : of
          const end = now.buffer.byteLength
          assert.equal(env.realm_get_model_info(id, end, 0), number('OUT_OF_BOUNDS'))
          assert.equal(env.realm_get_model_info(id, 0, 8), 0)
          assert.equal(new Uint32Array(now.buffer, 0, 1)[0], 21)
          if (now === plain) plain.buffer = new ArrayBuffer(2 * 65536)
          else now.grow(1)
          assert.equal(env.realm_get_model_info(id, end, 8), 0)
          assert.equal(new Uint32Array(now.buffer, end, 1)[0], 21)
          new Uint32Array(now.buffer, 0, 1)[0] = 0
        },
        of,
      )
    }
  })

  it('says what went wrong, and nothing where nothing did', () => {
    withGuest({ models: [model] }, (imports) => {
      assert.equal(imports.lastError(), null)
      assert.equal(
        imports.env.realm_get_tensor(imports.models[0], ...put(0, 'none'), 0, 9),
        number('TENSOR_NOT_FOUND'),
      )
      assert.throws(
        () => {
          throw imports.lastError()
        },
        refusal('TENSOR_NOT_FOUND', /no tensor 'none'/),
      )
    })
  })

  it('hides from a guest what it was not granted, and what other guests have', () => {
    withGuest({ models: [model] }, (granted) => {
      const [id] = granted.models
      const session = granted.env.realm_open_session(id, 16)
      assert.ok(session > 0)
      withGuest({}, ({ env, models }) => {
        assert.deepEqual(models, [])
        assert.equal(env.realm_get_model_info(id, 0, 8), number('MODEL_NOT_FOUND'))
        assert.equal(env.realm_close_session(session), number('SESSION_NOT_FOUND'))
      })
      withGuest({ models: [model], maxSessions: 0, maxTokens: 0 }, ({ env }) => {
        assert.equal(env.realm_close_session(session), number('SESSION_NOT_FOUND'))
        assert.equal(env.realm_open_session(id, 16), number('QUOTA_EXCEEDED'))
        assert.equal(env.realm_generate(id, ...put(0, 'in'), 0, 0, 9, 90), number('QUOTA_EXCEEDED'))
      })
      const bytes = readFileSync(file.path)
      memory.grow(Math.ceil(bytes.length / 65536))
      new Uint8Array(memory.buffer).set(bytes)
      withGuest({ maxBytes: 1000 }, ({ env }) => {
        assert.equal(env.realm_store_model(0, bytes.length, 5), number('QUOTA_EXCEEDED'))
      })
      withGuest({}, ({ env }) => {
        assert.equal(env.realm_store_model(0, bytes.length, 5), 5)
        assert.equal(granted.env.realm_get_model_info(5, 0, 8), number('MODEL_NOT_FOUND'))
      })
      assert.equal(granted.env.realm_close_session(session), 0)
    })
  })

  it('does nothing more once it is closed', () => {
    const imports = hostImports(memory, { models: [model] })
    imports[Symbol.dispose]()
    imports.close()
    assert.equal(imports.env.realm_get_model_info(imports.models[0], 0, 8), number('DISPOSED'))
    assert.equal(imports.lastError()?.code, 'DISPOSED')
    imports.cancel()
  })

  it('refuses arguments that it cannot use', async () => {
    const attempts = [
      [() => hostImports(), /^memory: received undefined, expected a WebAssembly\.Memory/],
      [() => hostImports({}), /^memory: received an object/],
      [() => hostImports(memory, null), /^the options of hostImports: received null/],
      [() => hostImports(memory, { models: model }), /^models: received a Model, expected an array/],
      [
        () => hostImports(memory, { models: ['tiny'] }),
        /^models\[0\]: received "tiny", expected a loaded model/,
      ],
      [() => hostImports(memory, { models: [0] }), /^models\[0\]: received 0, expected an integer from 1/],
      [() => hostImports(memory, { maxTokens: -1 }), /^maxTokens: received -1, .* Leave it out for no limit/],
      [() => hostImports(memory, { maxSessions: 1.5 }), /^maxSessions: received 1\.5/],
      [() => hostImports(memory, { maxBytes: '1' }), /^maxBytes: received "1"/],
      [() => hostImports(memory, { streamToken: 1 }), /^streamToken: received 1, expected a function/],
      [() => hostImports(memory, { maxToken: 1 }), /Did you mean maxTokens\?/],
    ]
    for (const [attempt, message] of attempts) assert.throws(attempt, refusal('INVALID_ARGUMENT', message))
    assert.throws(() => hostImports(memory, { models: [123] }), refusal('MODEL_NOT_FOUND'))
    const disposed = await loadModel(file.path)
    await disposed.dispose()
    assert.throws(() => hostImports(memory, { models: [disposed] }), refusal('DISPOSED'))
  })

  it('throws where a function is called with what is no number, or too little', () => {
    withGuest({}, ({ env }) => {
      assert.throws(() => env.realm_remove_model('7'), refusal('INVALID_ARGUMENT'))
      assert.throws(() => env.realm_remove_model(), refusal('INVALID_ARGUMENT', /0 arguments; it takes 1/))
      assert.throws(() => env.realm_open_session(1), refusal('INVALID_ARGUMENT', /1 arguments; it takes 2/))
    })
    const none = () => undefined
    withGuest(
      {},
      ({ env }) => assert.throws(() => env.realm_remove_model(1), refusal('INVALID_ARGUMENT', /memory/)),
      none,
    )
    const cause = new Error('not yet')
    const throws = () => {
      throw cause
    }
    withGuest(
      {},
      ({ env }) =>
        assert.throws(
          () => env.realm_remove_model(1),
          (error) => error.code === 'INVALID_ARGUMENT' && error.cause === cause,
        ),
      throws,
    )
  })

  it('lets a model be disposed once its guests are closed', async () => {
    const other = await loadModel(file.path)
    const imports = hostImports(memory, { models: [other, model, other] })
    assert.equal(imports.models[0], imports.models[2])
    assert.notEqual(imports.models[0], imports.models[1], 'each waits for its own guests')
    let disposed = false
    const disposal = other.dispose().then(() => {
      disposed = true
    })
    assert.equal(imports.env.realm_get_model_info(imports.models[0], 0, 8), 0)
    assert.equal(disposed, false)
    imports.close()
    await disposal
  })

  it('lets a model be disposed while the same content is stored', async () => {
    const other = await loadModel(file.path, { threads: 1 })
    const imports = hostImports(memory, { models: [other] })
    const id = await storeModel(file.path)
    assert.notEqual(id, imports.models[0])
    const session = await openSession(id, 8)
    imports.close()
    await other.dispose()
    const hidden = await forwardLayer(session, 0, await embedTokens(id, [5]), 0)
    assert.equal(hidden.every(Number.isFinite), true)
    await closeSession(session)
    await removeModel(id)
  })

  it('says so where the engine does not run yet', () => {
    const program = `
      import { hostImports } from 'realm-ai'
      try { hostImports(new WebAssembly.Memory({ initial: 1 })) } catch ({ name, code, message }) {
        console.log(name, code, message)
      }`
    const required = program.replace(
      "import { hostImports } from 'realm-ai'",
      "const { hostImports } = require('realm-ai')",
    )
    for (const args of [
      ['--input-type=module', '-e', program],
      ['-e', required],
    ]) {
      const { stdout, stderr } = spawnSync(process.execPath, args, {
        cwd: new URL('..', import.meta.url),
        encoding: 'utf8',
      })
      assert.equal(stderr, '')
      assert.match(stdout, /^RealmError JVM_START_FAILED The engine was not started.*await detectRuntime\(\)/)
    }
  })
})
