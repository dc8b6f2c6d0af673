import assert from 'node:assert/strict'
import {
  closeSession,
  computeLogits,
  embedTokens,
  forwardLayer,
  hostImports,
  openSession,
  removeModel,
  storeModel,
} from '../../js-bindings/lib/index.js'
import { conformanceFloats, conformancePath } from '../fixture/conformance.js'
import { refusal } from '../fixture/refusal.js'

const IDS = [1, 285, 290, 261, 263]
const WIDTH = 32
const LAYERS = 2

/** As the conformance cases have it: the golden values are of float64. */
const TOLERANCE = 1e-3

function assertNear(actual, expected) {
  assert.equal(actual.length, expected.length)
  for (let i = 0; i < actual.length; i++) {
    assert.ok(
      Math.abs(actual[i] - expected[i]) <= TOLERANCE,
      `value ${i} is ${actual[i]}, not ${expected[i]}`,
    )
  }
}

describe('Forward passes layer by layer', () => {
  /** @type {number} */
  let model
  before(async () => {
    model = await storeModel(conformancePath('models/tiny.gguf'))
  })
  after(() => removeModel(model))

  it('give the golden states and logits', async () => {
    const session = await openSession(model, 16)
    const embedded = await embedTokens(model, IDS)
    assert.deepEqual(embedded, conformanceFloats('golden/embedded.f32'))
    assert.deepEqual(await embedTokens(model, Int32Array.from(IDS)), embedded)
    const first = await forwardLayer(session, 0, embedded, 0)
    assertNear(first, conformanceFloats('golden/layer0.f32'))
    const second = await forwardLayer(session, 1, first, 0)
    assertNear(second, conformanceFloats('golden/layer1.f32'))
    const golden = conformanceFloats('golden/logits.f32')
    const logits = await computeLogits(model, second)
    assertNear(logits, golden.subarray(golden.length - logits.length))
    assert.deepEqual(await computeLogits(model, second.slice(-WIDTH)), logits)
    await closeSession(session)
  })

  it('may come state by state, and go back', async () => {
    const session = await openSession(model, 5)
    const embedded = await embedTokens(model, IDS)
    const golden = conformanceFloats('golden/layer0.f32')
    const state = (position) => embedded.slice(position * WIDTH, (position + 1) * WIDTH)
    await forwardLayer(session, 0, embedded, 0)
    for (let position = 2; position < IDS.length; position++) {
      const after = await forwardLayer(session, 0, state(position), position)
      assertNear(after, golden.slice(position * WIDTH, (position + 1) * WIDTH))
    }
    await assert.rejects(forwardLayer(session, 0, state(0), 5), refusal('CONTEXT_OVERFLOW'))
    await assert.rejects(forwardLayer(session, 1, state(0), 1), refusal('INVALID_ARGUMENT'))
    await closeSession(session)
  })

  it('keep sessions apart, also from those of guests', async () => {
    const sessions = [await openSession(model, 8), await openSession(model, 8)]
    assert.notEqual(sessions[0], sessions[1])
    const imports = hostImports(new WebAssembly.Memory({ initial: 1 }), { models: [model] })
    const own = imports.env.realm_open_session(model, 8)
    for (const session of sessions.filter((id) => id !== own)) {
      assert.equal(imports.env.realm_close_session(session), -9)
    }
    assert.equal(imports.env.realm_close_session(own), 0)
    imports.close()
    await closeSession(sessions[0])
    const embedded = await embedTokens(model, [1])
    await assert.rejects(forwardLayer(sessions[0], 0, embedded, 0), refusal('SESSION_NOT_FOUND'))
    await forwardLayer(sessions[1], 0, embedded, 0)
    await closeSession(sessions[1])
    await assert.rejects(closeSession(sessions[1]), refusal('SESSION_NOT_FOUND'))
  })

  it('go on in a session whose model was removed', async () => {
    const other = await storeModel(conformancePath('models/tiny.gguf'), 99)
    const session = await openSession(other, 8)
    const embedded = await embedTokens(other, [1])
    await removeModel(other)
    await forwardLayer(session, LAYERS - 1, embedded, 0)
    await closeSession(session)
  })

  it('take checked arguments', async () => {
    const session = await openSession(model, 4)
    const states = new Float32Array(WIDTH)
    const attempts = [
      [() => embedTokens(0, [1]), /^id: received 0/],
      [() => embedTokens(model, 'a'), /^ids: received "a", expected token ids/],
      [() => openSession(model), /^contextLength: received undefined, expected an integer from 1/],
      [() => openSession(model, 2 ** 20), /context length is 1048576; the model was trained for/],
      [() => forwardLayer('1', 0, states, 0), /^session: received "1", .* openSession\(\) gives such ids/],
      [() => forwardLayer(session, -1, states, 0), /^layer: received -1/],
      [() => forwardLayer(session, LAYERS, states, 0), /layer is 2; the model's layers are 0 to 1/],
      [() => forwardLayer(session, 0, [1], 0), /^hidden: received an array of 1, expected a Float32Array/],
      [() => forwardLayer(session, 0, states.subarray(1), 0), /there are 31 hidden values/],
      [() => forwardLayer(session, 0, new Float32Array(0), 0), /there are 0 hidden values/],
      [() => forwardLayer(session, 0, states, 0.5), /^position: received 0\.5/],
      [
        () => computeLogits(model, states.buffer),
        /^hidden: received an ArrayBuffer, expected a Float32Array/,
      ],
      [() => computeLogits(model, states.subarray(1)), /there are 31 hidden values/],
      [() => closeSession(0), /^session: received 0/],
    ]
    for (const [attempt, message] of attempts) {
      await assert.rejects(attempt, refusal('INVALID_ARGUMENT', message))
    }
    await assert.rejects(embedTokens(model, [-1]), refusal('TOKEN_OUT_OF_RANGE', /^ids\[0\]/))
    await assert.rejects(embedTokens(model, [2 ** 31 - 1]), refusal('TOKEN_OUT_OF_RANGE'))
    await assert.rejects(openSession(model + 1, 4), refusal('MODEL_NOT_FOUND'))
    assert.equal((await embedTokens(model, [])).length, 0)
    await closeSession(session)
  })
})
