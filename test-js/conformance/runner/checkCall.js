import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { dataBytes } from './dataBytes.js'
import { PieceCheck } from './PieceCheck.js'

const CODES = JSON.parse(
  readFileSync(new URL('../../../js-bindings/lib/errors/codes.json', import.meta.url), 'utf8'),
)

/**
 * Calls a host function as a step says, and checks the outcome.
 *
 * @param {any} step
 * @param {import('./OpenGuest.js').OpenGuest} guest
 * @param {(steps: any[]) => void} during takes steps within the call
 */
export function checkCall(step, guest, during) {
  const args = step.args.map((/** @type {number | string} */ arg) => guest.names.number(arg))
  const expected = Buffer.from(guest.bytes)
  const pieces = step.stream && new PieceCheck(step.stream, guest, Number(args[5]), during)
  guest.pieces = pieces
  const result = guest.guest.call(step.call, args)
  guest.pieces = undefined
  pieces?.check()
  const error = result < 0 ? guest.guest.lastError() : null
  const outcome = `${JSON.stringify(step)} gave ${result} ${error?.message ?? ''}`
  // What the memory grew by meanwhile is zeros.
  const grown = Buffer.concat([expected, Buffer.alloc(guest.bytes.length - expected.length)])
  if (step.error !== undefined) {
    assert.equal(result, CODES[step.error].number, outcome)
    assert.equal(error?.code, guest.closed ? 'DISPOSED' : step.error, outcome)
  } else {
    checkReturned(step.returns, result, guest, outcome)
    if (step.as !== undefined) guest.names.set(step.as, result)
    for (const region of step.writes ?? []) checkRegion(region, result, guest, grown, outcome)
  }
  assertUnchanged(guest.bytes, grown, outcome)
}

/**
 * @param {number | string | { from: number | string, to: number | string }} expected
 * @param {number} result
 * @param {import('./OpenGuest.js').OpenGuest} guest
 * @param {string} outcome
 */
function checkReturned(expected, result, { names }, outcome) {
  if (typeof expected !== 'object') return assert.equal(BigInt(result), names.number(expected), outcome)
  assert.ok(names.number(expected.from) <= result && result <= names.number(expected.to), outcome)
}

/**
 * Puts what a region should hold into `expected`; what may differ is checked here.
 *
 * @param {any} region
 * @param {number} result
 * @param {import('./OpenGuest.js').OpenGuest} guest
 * @param {Buffer} expected
 * @param {string} outcome
 */
function checkRegion(region, result, guest, expected, outcome) {
  const at = Number(guest.names.number(region.at))
  const after = guest.bytes
  if ('parsed' in region) {
    assert.deepEqual(JSON.parse(after.toString('utf8', at, at + result)), region.parsed, outcome)
    after.copy(expected, at, at, at + result)
    return
  }
  const bytes = dataBytes(region)
  if (region.tolerance === undefined) {
    bytes.copy(expected, at)
    return
  }
  for (let i = 0; i < bytes.length; i += 4) {
    const difference = Math.abs(after.readFloatLE(at + i) - bytes.readFloatLE(i))
    assert.ok(difference <= region.tolerance, `value ${i / 4} is ${difference} off; ${outcome}`)
  }
  after.copy(expected, at, at, at + bytes.length)
}

/**
 * @param {Buffer} after
 * @param {Buffer} expected
 * @param {string} outcome
 */
function assertUnchanged(after, expected, outcome) {
  if (after.equals(expected)) return
  const at = after.findIndex((byte, index) => byte !== expected[index])
  assert.fail(`the memory has ${after[at]} at ${at}, expected ${expected[at]}; ${outcome}`)
}
