import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { HOST_FUNCTIONS } from '../../../js-bindings/lib/hostImports.js'
import { rounds } from '../../fixture/rounds.js'
import { randomNumbers } from './randomNumbers.js'

const CODES = Object.entries(
  JSON.parse(readFileSync(new URL('../../../js-bindings/lib/errors/codes.json', import.meta.url), 'utf8')),
)
const NAMES = new Map(CODES.map(([name, { number }]) => [number, name]))
const PARAMETERS = new Map(HOST_FUNCTIONS)

/** These take the id of what they end, which shall live through most of the calls. */
const ENDING = ['realm_remove_model', 'realm_close_session']

/** The function that takes 64 bits, and in which place. */
const LONG = { name: 'realm_get_tensor_range', place: 3 }

/**
 * Makes calls with random arguments: each gives a result, or a code and an unchanged memory.
 *
 * @param {{ seed: number, calls: number, thoroughCalls: number, functions: string[] }} description
 * @param {import('./OpenGuest.js').OpenGuest} guest
 */
export function makeRandomCalls({ seed, calls, thoroughCalls, functions }, guest) {
  assert.deepEqual([...functions].sort(), [...PARAMETERS.keys()].sort(), 'all functions, each once')
  const next = randomNumbers(seed)
  const count = rounds(calls, thoroughCalls)
  const known = Buffer.from(guest.bytes)
  for (let call = 0; call < count; call++) {
    const name = functions[next() % functions.length]
    const args = Array.from({ length: PARAMETERS.get(name) ?? 0 }, (_, place) =>
      argument(next, name, place, known.length),
    )
    const result = guest.guest.call(name, args)
    const what = () => `${call}: ${name}(${args}) gave ${result} ${guest.guest.lastError()?.message}`
    if (result >= 0) {
      guest.bytes.copy(known)
    } else {
      assert.ok(NAMES.has(result) && NAMES.get(result) !== 'INTERNAL', what())
      assert.ok(known.equals(guest.bytes), `the memory has changed; ${what()}`)
    }
  }
}

/**
 * @param {() => number} next
 * @param {string} name of the function
 * @param {number} place of the argument
 * @param {number} size of the memory
 */
function argument(next, name, place, size) {
  const low = place === 0 ? first(next, name) : other(next, size)
  const isHigh = name === LONG.name && place === LONG.place && next() % 2 === 1
  return BigInt(low) | (isHigh ? BigInt(next()) << 32n : 0n)
}

/**
 * @param {() => number} next
 * @param {string} name
 */
function first(next, name) {
  if (ENDING.includes(name)) return next()
  const choice = next() % 4
  return choice === 3 ? next() : [7, 7, 1][choice]
}

/**
 * @param {() => number} next
 * @param {number} size
 */
function other(next, size) {
  switch (next() % 8) {
    case 0:
      return 0
    case 1:
      return next() % 256
    case 2:
      return size - (next() % 64)
    case 3:
      return size + (next() % 64)
    case 4:
      return 0xffffffff - (next() % 64)
    case 5:
      return next() % size
    case 6:
      return 0x7fffffff + (next() % 3)
    default:
      return next()
  }
}
