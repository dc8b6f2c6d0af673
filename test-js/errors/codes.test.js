import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const codes = JSON.parse(read('js-bindings/lib/errors/codes.json'))

describe('The table of error codes', () => {
  it('is the one of ErrorCode.java: names, numbers and meanings, in its order', () => {
    const source = read('java-engine/src/main/java/ai/realm/error/ErrorCode.java')
    const constants = [...source.matchAll(/\/\*\*((?:(?!\*\/).)*)\*\/\s*([A-Z][A-Z_]*)\((-?\d+)\)/gs)]
    const java = constants.map(([, comment, name, number]) => ({
      name,
      number: Number(number),
      meaning: comment.replace(/\s*\n\s*\*\s*/g, ' ').trim(),
    }))
    assert.equal(java.length, source.match(/^ {2}[A-Z][A-Z_]*\(/gm)?.length, 'every constant was read')
    assert.deepEqual(
      Object.entries(codes).map(([name, entry]) => ({ name, ...entry })),
      java,
    )
  })

  it('has negative numbers, each once', () => {
    const numbers = Object.values(codes).map(({ number }) => number)
    assert.equal(new Set(numbers).size, numbers.length)
    assert.ok(numbers.every((number) => Number.isInteger(number) && number < 0))
  })

  it('is the one that the documentation shows', () => {
    const rows = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` +\| (-\d+) +\| (.*?) +\| (.*?) +\|$/gm)]
    assert.deepEqual(
      rows.map(([, name, number, meaning]) => ({ name, number: Number(number), meaning })),
      Object.entries(codes).map(([name, entry]) => ({ name, ...entry })),
    )
  })

  it('is the one that the page of troubleshooting goes through, with cause and advice', () => {
    const sections = read('docs/troubleshooting.md').split(/^### /m).slice(1)
    const explained = sections.map((section) => {
      const [code, cause, advice] = section.split('\n\n')
      assert.match(cause, /^\*\*Cause\.\*\* .{20}/s, code)
      assert.match(advice, /^\*\*What to do\.\*\* .{20}/s, code)
      return code
    })
    assert.deepEqual(explained.toSorted(), Object.keys(codes).toSorted())
  })

  it('is the one that the type ErrorCode lists', () => {
    const [, union] = read('js-bindings/lib/errors/RealmError.js').match(/@typedef \{([^}]*)\} ErrorCode/)
    assert.deepEqual(
      [...union.matchAll(/'([A-Z_]+)'/g)].map(([, name]) => name),
      Object.keys(codes),
    )
  })
})
