import assert from 'node:assert/strict'
import { AnswerWriter } from '../../js-bindings/lib/bullmq/AnswerWriter.js'

const text = (value) => ({ type: 'text', text: value })
const thought = (value) => ({ type: 'reasoning', text: value })
const call = (id) => ({ type: 'toolCall', index: 0, id, name: 'add', arguments: { a: 1 } })

/** What an attempt adds to a stream. */
async function written(before, made) {
  const entries = []
  const writer = new AnswerWriter(before, async (more) => {
    entries.push(...more)
    return true
  })
  for (const event of made) writer.push(event)
  await writer.end()
  return entries
}

describe('AnswerWriter', () => {
  it('writes what is made, with neither beginnings of calls nor the end', async () => {
    const start = { type: 'toolCallStart', index: 0, id: 'x', name: 'add' }
    const made = [thought('a'), text('b'), start, call('x'), { type: 'finish', result: {} }]
    assert.deepEqual(await written([], made), [thought('a'), text('b'), call('x')])
  })

  it('gathers pieces while a command is under way', async () => {
    const commands = []
    const writer = new AnswerWriter([], async (entries) => commands.push(entries) > 0)
    for (const piece of ['a', 'b', 'c']) writer.push(text(piece))
    await writer.end()
    assert.deepEqual(commands, [[text('a')], [text('bc')]])
  })

  it('does not write again what an earlier attempt wrote, however it was cut', async () => {
    const made = [thought('hm'), text('ab'), text('cd'), text('ef'), call('x'), text('g')]
    assert.deepEqual(await written([thought('h')], made), [
      thought('m'),
      text('abcdef'),
      call('x'),
      text('g'),
    ])
    assert.deepEqual(await written([thought('h'), thought('m'), text('abc')], made), [
      text('d'),
      text('ef'),
      call('x'),
      text('g'),
    ])
    assert.deepEqual(await written([thought('hm'), text('abcdef'), call('x'), text('g')], made), [])
  })

  it('begins anew where it is another text, and where it is shorter', async () => {
    const restart = { type: 'restart' }
    assert.deepEqual(await written([text('abX')], [text('a'), text('bc')]), [restart, text('abc')])
    assert.deepEqual(await written([text('abc')], [text('a')]), [restart, text('a')])
    assert.deepEqual(await written([text('a'), call('x')], [text('a'), call('y')]), [
      restart,
      text('a'),
      call('y'),
    ])
    // What was void before stays so.
    assert.deepEqual(await written([text('X'), restart, text('a')], [text('ab')]), [text('b')])
  })

  it('fails at its end where the lock is lost, or Redis is', async () => {
    const lost = new AnswerWriter([], async () => false)
    lost.push(text('a'))
    await assert.rejects(lost.end(), /lock of the job was lost/)
    const gone = new AnswerWriter([], async () => {
      throw new Error('gone')
    })
    gone.push(text('a'))
    await assert.rejects(gone.end(), /gone/)
  })
})
