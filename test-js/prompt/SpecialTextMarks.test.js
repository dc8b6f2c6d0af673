import assert from 'node:assert/strict'
import { SpecialTextMarks } from '../../js-bindings/lib/prompt/SpecialTextMarks.js'

/** What a template does to a marked text, and what comes out: the text with its plain ranges in square brackets. */
function through(specials, text, template = (content) => content) {
  const marks = new SpecialTextMarks(specials)
  const { text: rendered, plain } = marks.unmark(template(marks.mark(text)))
  let shown = ''
  let position = 0
  for (const [start, end] of plain) {
    assert.ok(start >= position && end > start && end <= rendered.length, 'the ranges ascend')
    shown += rendered.slice(position, start) + '[' + rendered.slice(start, end) + ']'
    position = end
  }
  return shown + rendered.slice(position)
}

describe('SpecialTextMarks', () => {
  it('follow each special text of the words', () => {
    assert.equal(through(['<s>', '</s>'], 'a <s>b</s> c'), 'a [<s>]b[</s>] c')
    assert.equal(through(['<s>'], '<s>'), '[<s>]')
    assert.equal(through(['<s>'], 'none'), 'none')
    assert.equal(through(['<s>'], ''), '')
    assert.equal(through([], '<s>'), '<s>')
  })

  it('leave the special texts of the template alone', () => {
    assert.equal(
      through(['<s>'], 'a<s>', (content) => `<s>${content}<s>`),
      '<s>a[<s>]<s>',
    )
  })

  it('count UTF-16 units', () => {
    const marks = new SpecialTextMarks(['<s>'])
    assert.deepEqual(marks.unmark(marks.mark('😀é<s>')).plain, [[3, 6]])
  })

  it('keep texts apart that touch, and join those that overlap', () => {
    assert.equal(through(['<a>', '<b>'], '<a><b><a>'), '[<a>][<b>][<a>]')
    assert.equal(through(['ab', 'bc'], 'xabcx'), 'x[abc]x')
    assert.equal(through(['aa'], 'xaaaax'), 'x[aaaa]x')
  })

  it('take the longest of texts that are nested', () => {
    assert.equal(through(['<a', '<a>', '<<a>>'], '-<<a>>-<a>-<a-'), '-[<<a>>]-[<a>]-[<a]-')
    // The whole may become <<a>> by what the template puts behind it.
    assert.equal(through(['<<a>>', '<a>'], '<<a> '), '[<<a>] ')
  })

  it('take the signs of regular expressions literally', () => {
    const specials = ['[INST]', '$(x)*+?.', '\\^{1}|/']
    assert.equal(through(specials, 'I $(x)*+?. \\^{1}|/ '), 'I [$(x)*+?.] [\\^{1}|/] ')
    assert.equal(through(specials, '[INST].'), '[[INST]].')
  })

  it('follow the beginning of a special text at the end, which the template could complete', () => {
    assert.equal(
      through(['<|end|>'], 'x<|en', (content) => content + 'd|>'),
      'x[<|en]d|>',
    )
    assert.equal(
      through(['<|end|>'], 'x<|en \n', (content) => content.trim() + 'd|>'),
      'x[<|en]d|>',
    )
    assert.equal(through(['<|end|>'], 'x<|en y'), 'x<|en y')
  })

  it('do not stand in the way of a trim', () => {
    const specials = ['<s> ', ' <t>', '\n', '  ']
    const trimmed = (content) => content.trim()
    assert.equal(through(specials, ' <t> x <s> \n', trimmed), '[<t>] x [<s>]')
    assert.equal(through(specials, '\n  x  \n', trimmed), 'x')
  })

  it('do not stand in the way of a template that splits at a special text', () => {
    const afterThought = (content) => content.split('</think>').at(-1)
    assert.equal(through(['</think>', '<s>'], 'a<s></think>b<s>', afterThought), 'b[<s>]')
    const thought = (content) => content.split('</think>')[0]
    assert.equal(through(['</think>', '<s>'], 'a<s></think>b<s>', thought), 'a[<s>]')
  })

  it('guard a special text whose closing mark the template cut off', () => {
    assert.equal(
      through(['<s>'], 'ab<s>cd', (content) => content.slice(0, 6)),
      'ab[<s>]',
    )
    assert.equal(
      through(['<s>'], 'ab<s>cd', (content) => content.slice(0, 6) + '<s>'),
      'ab[<s>]<s>',
    )
    assert.equal(
      through(['<s>'], 'ab<s>cd', (content) => content.slice(0, 6) + content),
      'ab[<s>]ab[<s>]cd',
    )
  })

  it('work where a template repeats, drops or reorders the words', () => {
    assert.equal(
      through(['<s>'], 'a<s>b', (content) => content + '<s>' + content),
      'a[<s>]b<s>a[<s>]b',
    )
    assert.equal(
      through(['<s>'], 'a<s>b', () => '<s>'),
      '<s>',
    )
  })

  it('are not confused by the same signs in the words', () => {
    const tricks = [
      '\uFDD0',
      '\uFDD1',
      '\uFDD2',
      '\uFDD2\uFDD0',
      '\uFDD20',
      '\uFDD1<s>\uFDD0',
      '\uFDD0\uFDD1',
    ]
    for (const text of tricks) {
      assert.equal(through(['<s>'], text), text.replace('<s>', '[<s>]'), JSON.stringify(text))
    }
    assert.equal(through(['\uFDD0x'], 'a\uFDD0x'), 'a[\uFDD0x]')
  })

  it('give back random texts unchanged, with every special text in a range', () => {
    const letters = ['<', 's', '>', '|', ' ', '\uFDD0', '\uFDD1', '\uFDD2', '0', '\n']
    const specials = ['<s>', '<|s|>', '|s', 's>', '>>']
    const marks = new SpecialTextMarks(specials)
    let state = 42
    const random = (below) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return Math.floor((state / 2 ** 32) * below)
    }
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: random(14) }, () => letters[random(letters.length)]).join('')
      const { text: back, plain } = marks.unmark(marks.mark(text))
      assert.equal(back, text)
      for (const special of specials) {
        for (let at = text.indexOf(special); at >= 0; at = text.indexOf(special, at + 1)) {
          const inside = plain.some(([start, end]) => start <= at && at + special.length <= end)
          assert.ok(
            inside,
            `${JSON.stringify(special)} at ${at} of ${JSON.stringify(text)}: ${JSON.stringify(plain)}`,
          )
        }
      }
    }
  })
})
