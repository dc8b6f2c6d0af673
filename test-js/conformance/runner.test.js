import assert from 'node:assert/strict'
import { startBridge } from '../../js-bindings/lib/bridge/startBridge.js'
import { conformanceCases } from '../fixture/conformance.js'
import { directDriver } from './drivers/directDriver.js'
import { runCase } from './runner/runCase.js'

/** A copy of a case, for a test to change. */
const caseNamed = (file, name) => structuredClone(conformanceCases(file).find((each) => each.name === name))

const ids = () => caseNamed('tokens', 'the text "the cat" has llama.cpp\'s ids')
const noTensor = () => caseNamed('tensors', 'an empty name names no tensor')
const pieces = () => caseNamed('generate', 'pieces are streamed where the text grows')
const logits = () => caseNamed('sessions', 'logits are those after the last hidden state')
const metadata = () =>
  conformanceCases('models').find(({ steps }) =>
    steps?.some(({ writes }) => writes?.some(({ parsed }) => parsed)),
  )

/** Few random calls, of which many fail. */
function randomCase() {
  const [description] = structuredClone(conformanceCases('random'))
  description.random.calls = 200
  return description
}

const lastCall = ({ steps }) => steps.findLast(({ call }) => call !== undefined)

/** The direct driver with guests that a test changes. */
const driverOf = (change) => ({
  open: (options) => {
    const guest = directDriver.open(options)
    return { ...guest, ...change(guest) }
  },
})

describe('The runner of the conformance cases', () => {
  before(() => startBridge())

  it('accepts what is right', async () => {
    for (const each of [ids(), noTensor(), pieces(), logits(), metadata(), randomCase()]) {
      await runCase(each, directDriver)
    }
  })

  const wrong = {
    'another result': [ids, (call) => call.returns++],
    'a result outside of a range': [ids, (call) => Object.assign(call, { returns: { from: 0, to: 1 } })],
    'an error instead of a result': [
      noTensor,
      (call) => Object.assign(call, { error: undefined, returns: 0 }),
    ],
    'a result instead of an error': [ids, (call) => Object.assign(call, { error: 'OUT_OF_BOUNDS' })],
    'another error': [noTensor, (call) => Object.assign(call, { error: 'MODEL_NOT_FOUND' })],
    'other bytes': [ids, (call) => call.writes[0].u32[0]++],
    'bytes in another place': [ids, (call) => call.writes[0].at++],
    'bytes that no region names': [ids, (call) => call.writes.pop()],
    'values that are too far off': [logits, (call) => Object.assign(call.writes[0], { tolerance: 1e-12 })],
    'other metadata': [metadata, (call) => Object.assign(call.writes[0].parsed, { more: 1 })],
    'another piece': [pieces, (call) => Object.assign(call.stream.pieces, ['-'])],
    'a piece more': [pieces, (call) => call.stream.pieces.pop()],
    'a piece that another call takes': [pieces, (call) => call.args[5]++],
    'a failure within a piece': [
      pieces,
      (call) =>
        Object.assign(call.stream, { during: [{ call: 'realm_remove_model', args: [7], returns: 1 }] }),
    ],
  }
  for (const [what, [of, change]] of Object.entries(wrong)) {
    it(`sees ${what}`, async () => {
      const description = structuredClone(of())
      change(lastCall(description))
      await assert.rejects(runCase(description, directDriver), assert.AssertionError)
    })
  }

  const touching = (guest) => ({
    call: (name, args) => {
      const result = guest.call(name, args)
      if (result < 0) new Uint8Array(guest.memory.buffer)[5000]++
      return result
    },
  })
  const faults = {
    'a memory that an error changes': [noTensor, touching],
    'a memory that an error of a random call changes': [randomCase, touching],
    'an error of a random call that has no code': [
      randomCase,
      (guest) => ({ call: (name, args) => Math.max(guest.call(name, args), -3) - 1000 }),
    ],
    'an error whose reason is another': [noTensor, () => ({ lastError: () => ({ code: 'INTERNAL' }) })],
  }
  for (const [what, [of, change]] of Object.entries(faults)) {
    it(`sees ${what}`, () => assert.rejects(runCase(of(), driverOf(change)), assert.AssertionError))
  }

  it('sees what is left open', async () => {
    const open = []
    const driver = driverOf((guest) => {
      open.push(guest)
      return { close: () => undefined }
    })
    await assert.rejects(runCase(ids(), driver), /what the host holds after the case/)
    for (const guest of open) guest.close()
  })
})
