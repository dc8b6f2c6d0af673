import assert from 'node:assert/strict'
import { fitContext } from '../../js-bindings/lib/chat/fitContext.js'

const { signal } = new AbortController()

/** A token a message, and one for each letter of its content. */
const tokensOf = (messages) => messages.flatMap(({ content }) => Array.from(`${content ?? ''}.`, () => 1))

const user = (content) => ({ role: 'user', content })
const answer = (content) => ({ role: 'assistant', content })
const calls = (...ids) => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({ id, type: 'function', function: { name: 'f', arguments: {} } })),
})
const result = (id) => ({ role: 'tool', tool_call_id: id, content: 'result' })

const fitted = async (messages, strategy, contextLength, maxTokens = 4) =>
  (await fitContext(messages, { tokensOf, contextLength, maxTokens, strategy, signal })).messages

/** Whether each result stands behind the call that it answers, and each call has its result. */
function assertPairs(messages) {
  let waiting = []
  for (const message of messages) {
    if (message.role === 'tool') {
      assert.ok(waiting.includes(message.tool_call_id), 'a result has its call')
      waiting = waiting.filter((id) => id !== message.tool_call_id)
    } else {
      assert.deepEqual(waiting, [], 'a call has its result')
      waiting = (message.tool_calls ?? []).map(({ id }) => id)
    }
  }
}

describe('A chat that outgrows its context', () => {
  const system = { role: 'system', content: 'system' }
  const exchange = (n) => [
    user(`ask ${n}`),
    calls(`a${n}`, `b${n}`),
    result(`a${n}`),
    result(`b${n}`),
    answer('said'),
  ]
  const chat = [system, ...[1, 2, 3, 4].flatMap(exchange), user('last')]

  it('stays as it is while it fits, and with error', async () => {
    assert.deepEqual(await fitted(chat, 'dropOldest', 1000), chat)
    assert.deepEqual(await fitted(chat, 'error', 40), chat)
  })

  it('leaves out whole exchanges, with calls and results together, at any size', async () => {
    for (let size = 20; size < 140; size++) {
      for (const strategy of ['dropOldest', 'truncateMiddle']) {
        const kept = await fitted(chat, strategy, size)
        assertPairs(kept)
        assert.equal(kept[0], system)
        assert.equal(kept.at(-1).content, 'last')
        const exchanges = kept.filter(({ role }) => role === 'user').length
        assert.equal(kept.length, 2 + 5 * (exchanges - 1))
        if (strategy === 'truncateMiddle') assert.equal(kept[1].content, 'ask 1')
        else if (exchanges < 5) assert.ok(!kept.some(({ content }) => content === 'ask 1'))
      }
    }
  })

  it('leaves out the oldest rounds of calls where one exchange is too long by itself', async () => {
    const rounds = ['a', 'b', 'c', 'd'].flatMap((id) => [calls(id), result(id)])
    const long = [system, ...exchange(1), user('go'), ...rounds]
    for (let size = 16; size < 90; size++) {
      const kept = await fitted(long, 'dropOldest', size)
      assertPairs(kept)
      assert.ok(kept.some(({ content }) => content === 'go'))
      assert.equal(kept.at(-1).tool_call_id, 'd')
    }
    const ids = (await fitted(long, 'dropOldest', 36)).filter(({ role }) => role === 'tool')
    assert.deepEqual(
      ids.map((message) => message.tool_call_id),
      ['d'],
    )
  })

  it('keeps an answer its room, at most half of the context', async () => {
    const some = [user('x'.repeat(30)), answer('y'), user('z')]
    assert.equal((await fitted(some, 'dropOldest', 60, 10)).length, 3)
    assert.equal((await fitted(some, 'dropOldest', 60, 50)).length, 1)
    const { messages } = await fitContext(some, {
      tokensOf,
      contextLength: 44,
      strategy: 'dropOldest',
      signal,
    })
    assert.equal(messages.length, 1)
  })

  it('goes on with what a function gives, in which the same messages stay themselves', async () => {
    const kept = await fitted(
      chat,
      async (messages, { promptTokens, maxPromptTokens, contextLength }) => {
        assert.equal(promptTokens, tokensOf(chat).length)
        assert.deepEqual([maxPromptTokens, contextLength], [56, 60])
        return [
          { role: 'user', content: 'A summary.' },
          ...messages.slice(-1).map((message) => ({ ...message })),
        ]
      },
      60,
    )
    assert.deepEqual(kept[0], user('A summary.'))
    assert.equal(kept[1], chat.at(-1))
  })
})
