import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { defaultOf, describeOption } from '../../js-bindings/lib/generation/generateOptions.js'
import { generateOptions } from '../../js-bindings/lib/generation/options.js'

const read = (file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

describe('The table of the options of a generation', () => {
  const entries = Object.entries(generateOptions)

  it('is what the type GenerateOptions lists, and says of each', () => {
    assertListed('GenerateOptions', generateOptions)
  })

  it('has options that are objects with a type of their own, each of which it lists, too', () => {
    const records = entries.filter(([, { kind }]) => kind === 'record')
    assert.ok(records.length >= 5)
    for (const [name, { fields }] of records) {
      assertListed(`${name[0].toUpperCase()}${name.slice(1)}Options`, fields)
    }
  })

  /**
   * @param {string} type
   * @param {Record<string, object>} options
   */
  function assertListed(type, options) {
    const found = new RegExp(`interface ${type} \\{\\n([\\s\\S]*?)\\n\\}\\n`).exec(
      read('js-bindings/lib/types.d.ts'),
    )
    const [, body] = found
    const fields = [...body.matchAll(/\/\*\*([\s\S]*?)\*\/\s+(\w+)\??:/g)].map(([, comment, name]) => [
      name,
      comment.replaceAll(/\s*\n\s*\*\s?/g, ' ').trim(),
    ])
    const sentence = (option) => describeOption(option).replace(/^./, (first) => first.toUpperCase()) + '.'
    assert.deepEqual(
      fields,
      Object.entries(options).map(([name, option]) => [name, sentence(option)]),
    )
  }

  it('is what the README shows', () => {
    const [, section] = read('README.md').split('### Generate\n')
    const [, table] = /\| option \| meaning \| default \|\n\| --- .*\n([\s\S]*?)\n\n/.exec(section)
    assert.deepEqual(
      table.split('\n'),
      entries.map(([name, option]) => `| \`${name}\` | ${option.meaning} | ${defaultOf(option)} |`),
    )
  })

  it('is named in the README with the keys by which files give defaults', () => {
    const keys = entries.flatMap(([, { file }]) => (file === undefined ? [] : [file]))
    assert.ok(keys.length > 0)
    for (const text of [read('README.md'), read('js-bindings/lib/types.d.ts')]) {
      const [sentence] = /`general\.sampling\.[^)]*/.exec(text)
      const named = [...sentence.matchAll(/`(?:general\.sampling\.)?(\w+)`/g)].map(([, key]) => key)
      assert.deepEqual(named, keys)
    }
  })

  it('has a default in each entry, and no flag twice', () => {
    for (const [name, option] of entries) {
      assert.notEqual(option.default === undefined, option.otherwise === undefined, name)
    }
    const flags = entries.flatMap(([, { flag }]) => (flag === undefined ? [] : [flag.split(' ')[0]]))
    assert.equal(new Set(flags).size, flags.length)
  })
})
