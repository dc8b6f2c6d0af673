import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { Template } from '../../js-bindings/lib/jinja/Template.js'
import { Text } from '../../js-bindings/lib/jinja/Text.js'

const readGolden = (name) => JSON.parse(readFileSync(new URL(`golden/${name}`, import.meta.url), 'utf8'))
/** The time that `golden/render.py` has for now. */
const now = () => new Date(2024, 1, 29, 15, 4, 5, 678)
const render = (source, variables = {}) => new Template(source).render(variables, { now }).text
const fails = (source, message, variables) =>
  assert.throws(() => render(source, variables), { name: 'JinjaError', message })

/** Whether the template gives Jinja2's text, or fails where Jinja2 does. */
function sameAsJinja2(source, variables, { text, error }) {
  if (error === undefined) assert.equal(render(source, variables).string, text, source)
  else assert.throws(() => render(source, variables), { name: 'JinjaError' }, `${source}: ${error}`)
}

describe('A template of Jinja', () => {
  it('gives the text of Jinja2, rendered there by golden/render.py', () => {
    const { variables, renderings } = readGolden('renderings.golden.json')
    assert.ok(renderings.length > 800)
    for (const rendering of renderings) sameAsJinja2(rendering.template, variables, rendering)
  })

  it('gives the text of Jinja2 for chats in the templates of the families', () => {
    const conversations = new Map(readGolden('conversations.json').map((chat) => [chat.name, chat.variables]))
    const chats = readGolden('chats.golden.json')
    assert.ok(chats.length > 150)
    for (const chat of chats) {
      const source = readFileSync(new URL(`golden/templates/${chat.template}`, import.meta.url), 'utf8')
      sameAsJinja2(source, conversations.get(chat.conversation), chat)
    }
  })

  it('says where it fails, and what is not supported', () => {
    fails('a\n{{ missing.x }}', "line 2: 'missing' is undefined")
    fails('{% if x %}\n{% include "y" %}{% endif %}', "line 2: the tag 'include' is not supported")
    fails('{{ 1 | xmlattr }}', "line 1: the filter 'xmlattr' is not supported")
    fails('{{ 1 | nope }}', "line 1: there is no filter named 'nope'")
    fails('{% import "x" as y %}', "line 1: the tag 'import' is not supported")
    fails("{{ '{:>5}'.format(1) }}", /only fields as \{\}, \{0\} and \{name\} are supported/)
    fails('{{ raise_exception("Not so.") }}', 'line 1: Not so.')
  })

  it('ends where it would run without end, or make too much', () => {
    const million = '{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}'
    fails(million, /runs without end/)
    fails("{{ 'ab' * 1000000000 }}", /would make more than/)
    fails(
      "{% set ns = namespace(s='ab') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
      /runs without end/,
    )
    fails('{{ 2 ** 100000 }}', /too large/)
    fails('{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}', /nested more than 100 levels/)
    fails(`${' '.repeat(200_000)}x${' '.repeat(200_000)}{%- nope %}`, /'nope' is not known/)
    fails('{{ [1] | batch(10 ** 15, 0) | list }}', /too large/)
    fails(
      '{% set ns = namespace(l=[]) %}{% for i in range(100000) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}',
      /too large or too deep/,
    )
    fails(`{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`, /more than 100 levels are nested/)
    fails(`{{ ${'not '.repeat(5000)}1 }}`, /more than 100 levels are nested/)
    fails('{% if 1 %}'.repeat(5000), /more than 100 levels are nested/)
    fails("{{ 'a'.ljust(10000000000) }}", /too large|more than/)
    fails("{{ '%999999999999d' % 1 }}", /too large|more than/)
  })

  it('takes words as long as they are', () => {
    const long = 'word '.repeat(2_000_000)
    assert.equal(render("{{ a.strip() + '.' }}", { a: long }).string, `${long.trim()}.`)
  })

  it('has no variables but those that it was given', () => {
    assert.equal(
      render('{{ toString is defined }}{{ constructor is defined }}{{ x.constructor is defined }}', { x: {} })
        .string,
      'FalseFalseFalse',
    )
    fails("{{ ''.constructor() }}", /has no attribute 'constructor'/)
    fails('{{ 1 | constructor }}', /no filter named/)
    fails('{{ 1 is constructor }}', /no test named/)
  })
})

/** The text with what came from variables in square brackets. */
function marked(text) {
  let shown = ''
  let done = 0
  for (const [start, end] of text.ranges) {
    assert.ok(start >= done && end > start && end <= text.string.length, 'the ranges ascend')
    shown += `${text.string.slice(done, start)}[${text.string.slice(start, end)}]`
    done = end
  }
  return shown + text.string.slice(done)
}

describe("A user's words in a template", () => {
  const shows = (expression, expected, variables = { a: ' a<s>é😀 ', l: ['x', 'y'] }) =>
    assert.equal(marked(render(`<s>${expression}`, variables)), `<s>${expected}`)

  it('are followed through whatever makes texts of texts', () => {
    shows('{{ a }}', '[ a<s>é😀 ]')
    shows('{{ a.strip() }}!', '[a<s>é😀]!')
    shows('{{ a | trim | upper }}', '[A<S>É😀]')
    shows("{{ '<s>' + a[1:4] ~ '>' }}", '<s>[a<s]>')
    shows("{{ a.split('<s>') | join('<s>') }}", '[ a]<s>[é😀 ]')
    shows("{{ a | replace('a', '<s>') }}", '[ ]<s>[<s>é😀 ]')
    shows("{{ 'A%sB' % a.strip() }}{{ '{}!'.format(a[1]) }}", 'A[a<s>é😀]B[a]!')
    shows("{{ l | join('-') }}{{ l }}", "[x]-[y]['[x]', '[y]']")
    shows("{{ {'k': a[1:4]} | tojson }}", '{"k": "[a<s]"}')
    shows('{{ l | tojson(indent=1) }}', '[\n "[x]",\n "[y]"\n]')
    shows(
      '{% set b %}<s>{{ a[1] }}{% endset %}{{ b }}{% filter upper %}{{ b }}{% endfilter %}',
      '<s>[a]<S>[A]',
    )
    shows('{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(l[0]) }}', '<[x]>')
    shows('{% for k, v in d.items() %}{{ k }}={{ v }}{% endfor %}', '[k]=1', { d: { k: 1 } })
    shows('{{ a | capitalize }}{{ a | title }}', '[ a<s>é😀  A<S>é😀 ]')
    shows('{{ a[::-1] }}{{ a | reverse }}', '[ 😀é>s<a  😀é>s<a ]')
    shows("{{ 'x'.join(a[1:3]) }}{{ a[1] * 2 }}", '[a]x[<aa]')
    shows('{{ strftime_now(a[1]) }}', '[a]')
  })

  it('are what the template sees', () => {
    const see = (expression) => render(`{{ ${expression} }}`, { a: '<|im_start|>think' }).string
    assert.equal(see("a.startswith('<|im_start|>')"), 'True')
    assert.equal(see('a | length'), '17')
    assert.equal(see("a == '<|im_start|>think'"), 'True')
    assert.equal(see("{'<|im_start|>think': 1}[a]"), '1')
    assert.equal(see("a in ['<|im_start|>think']"), 'True')
  })

  it('that are given as a Text count as the template’s', () => {
    shows('{{ a }}{{ b }}', 'role[x]', { a: new Text('role'), b: 'x' })
  })
})
