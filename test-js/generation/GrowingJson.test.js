import assert from 'node:assert/strict'
import { GrowingJson } from '../../js-bindings/lib/generation/GrowingJson.js'

/** The values that are seen where a text comes in pieces. */
function values(pieces) {
  const growing = new GrowingJson()
  return [...pieces].flatMap((piece) => (growing.push(piece) ? [growing.value] : []))
}

/** Whether a value is an earlier one with more to it. */
function contains(later, earlier) {
  if (typeof earlier === 'string') return typeof later === 'string' && later.startsWith(earlier)
  if (typeof earlier !== 'object' || earlier === null) return Object.is(later, earlier)
  return (
    typeof later === 'object' &&
    Array.isArray(later) === Array.isArray(earlier) &&
    Object.keys(earlier).every(
      (key, i) => Object.keys(later)[i] === key && contains(later[key], earlier[key]),
    )
  )
}

describe('A JSON text that grows', () => {
  it('shows strings, arrays and objects as they grow, and other values once they are whole', () => {
    assert.deepEqual(values('{"a": "xy", "b": [12, true], "c": {"d": null}}'), [
      {},
      { a: '' },
      { a: 'x' },
      { a: 'xy' },
      { a: 'xy', b: [] },
      { a: 'xy', b: [12] },
      { a: 'xy', b: [12, true] },
      { a: 'xy', b: [12, true], c: {} },
      { a: 'xy', b: [12, true], c: { d: null } },
    ])
  })

  it('leaves out what is half a character or half an escape', () => {
    assert.deepEqual(values('"\\n\\u00e9\\ud83d\\ude00\\\\"'), ['', '\n', '\né', '\né😀', '\né😀\\'])
    assert.deepEqual(values(['"a', '\ud83d', '\ude00"']), ['a', 'a😀'])
  })

  it('shows nothing of a number that stands alone: it may have more digits', () => {
    assert.deepEqual(values('12'), [])
  })

  it('keeps properties of any name, and quotation marks and brackets in strings', () => {
    const [last] = values(['{"__proto__": {"x": 1}, "]}\\"": "[{,:"}']).slice(-1)
    assert.deepEqual(Object.keys(last), ['__proto__', ']}"'])
    assert.equal(last[']}"'], '[{,:')
  })

  it('adds to what it showed before, wherever the text is cut, and ends with the whole value', () => {
    const value = {
      name: 'Ada \u0000 "Lovelace" \ud83d\ude00 \\ é',
      list: [1, -2.5e10, [], {}, [[['deep', { x: [null, false] }]]], ''],
      '': { 'a,b': '}', c: { d: [{ e: 'f' }, 0] } },
    }
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2)]) {
      for (let size = 1; size < 12; size++) {
        const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g'))
        const seen = values(pieces)
        seen.reduce((earlier, later) => {
          assert.ok(contains(later, earlier), JSON.stringify([earlier, later]))
          return later
        })
        assert.deepEqual(seen.at(-1), value)
      }
    }
  })
})
