import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AbortError, loadModel } from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { rounds } from '../fixture/rounds.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

/** Whatever the template writes, tokens that end a text are banned: answers have a known length. */
const GREEDY = {
  temperature: 0,
  maxTokens: 8,
  logitBias: Object.fromEntries([0, 1, 2].map((id) => [id, Number.NEGATIVE_INFINITY])),
}

/** @type {{ dispose(): Promise<void> }[]} */
const opened = []

/** Has a chat or a sequence disposed after the test. */
function open(chat) {
  opened.push(chat)
  return chat
}

afterEach(() => Promise.all(opened.splice(0).map((chat) => chat.dispose())))

describe('A chat', () => {
  const file = withTinyModel({ metadata: [['llama.context_length', 'u32', 1024]] })
  /** Of texts that are far from their end when they are stopped, however busy the machine is. */
  const long = withTinyModel({ metadata: [['llama.context_length', 'u32', 16_384]] })
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model

  before(async () => {
    model = await loadModel(file.path, { threads: 1 })
  })
  after(() => model.dispose())

  it('answers in the light of what was said, and computes nothing of it again', async () => {
    const chat = open(model.chat({ system: 'Be brief.', ...GREEDY }))
    const first = await chat.send('hello there')
    assert.equal(first.usage.cachedTokens, 0)
    assert.deepEqual(first.messages, [
      { role: 'user', content: 'hello there' },
      { role: 'assistant', content: first.text },
    ])
    const second = await chat.send({ role: 'user', content: 'and now?' })
    assert.deepEqual(chat.messages, [...first.messages, ...second.messages])
    const { tokens } = model.applyTemplate([...first.messages, second.messages[0]], { system: 'Be brief.' })
    assert.equal(second.usage.promptTokens, tokens.length)
    // All of the first prompt, and of its answer at least what reads as the same tokens.
    assert.ok(second.usage.cachedTokens >= first.usage.promptTokens, JSON.stringify(second.usage))
  })

  it('reads the schema of its answers once, and computes nothing of it again', async () => {
    const format = { type: 'object', properties: { n: { type: 'integer', title: 'how many' } } }
    for (const system of [undefined, 'Be brief.']) {
      const chat = open(model.chat({ system, format, ...GREEDY, maxTokens: 40 }))
      const first = await chat.send('hello there')
      const second = await chat.send('and now?')
      const { text, tokens } = model.applyTemplate(chat.messages.slice(0, -1), { system, format })
      assert.equal(text.split('"title":"how many"').length, 2)
      assert.equal(second.usage.promptTokens, tokens.length)
      assert.ok(second.usage.cachedTokens >= first.usage.promptTokens, JSON.stringify(second.usage))
      chat.undo()
      const hidden = await chat.send('and now?', { showFormat: false })
      const without = model.applyTemplate(chat.messages.slice(0, -1), { system })
      assert.equal(hidden.usage.promptTokens, without.tokens.length)
    }
  })

  it('streams the same, as pieces and as events', async () => {
    const chat = open(model.chat(GREEDY))
    const other = open(model.chat(GREEDY))
    const { text } = await other.send('the end')
    let pieces = ''
    const stream = chat.stream('the end')
    for await (const piece of stream) pieces += piece
    assert.equal(pieces, text)
    assert.deepEqual(chat.messages, other.messages)
    assert.deepEqual((await stream.result).messages, other.messages)
    chat.undo()
    const events = []
    for await (const event of chat.stream('the end').events()) events.push(event)
    const last = events.pop()
    assert.equal(last.type, 'finish')
    assert.equal(last.result.text, text)
    assert.deepEqual(new Set(events.map(({ type }) => type)), new Set(['text']))
    assert.equal(events.map((event) => event.text).join(''), text)
  })

  it('takes back the last question with all that followed', async () => {
    const chat = open(model.chat(GREEDY))
    const one = await chat.send('one')
    const { text } = await chat.send('two')
    assert.deepEqual(
      chat.undo().map(({ content }) => content),
      ['two', text],
    )
    assert.deepEqual(chat.messages, one.messages)
    assert.equal((await chat.send('two')).text, text)
    chat.undo()
    chat.undo()
    assert.deepEqual(chat.undo(), [])
    assert.deepEqual(chat.messages, [])
  })

  it('is forked, and both go on by themselves', async () => {
    const chat = open(model.chat(GREEDY))
    const empty = await chat.fork()
    await chat.send('the first')
    const fork = open(await chat.fork())
    const { text, usage } = await fork.send('the second')
    assert.ok(usage.cachedTokens > 20)
    assert.equal(chat.messages.length, 2)
    assert.equal((await chat.send('the second')).text, text)
    assert.deepEqual(empty.messages, [])
    await empty.dispose()
  })

  it('begins with messages, and options of one answer go before its own', async () => {
    const messages = [
      { role: 'user', content: 'hi' },
      { role: 'assistant', content: 'hello' },
    ]
    const chat = open(model.chat({ messages, ...GREEDY, maxTokens: 2 }))
    const { tokens } = await chat.send('go', { maxTokens: 5 })
    assert.equal(tokens.length, 5)
    assert.equal((await chat.send('on', { maxTokens: null })).tokens.length, 2)
    assert.deepEqual(chat.messages.slice(0, 2), messages)
    assert.throws(() => {
      chat.messages[0].content = 'changed'
    }, TypeError)
  })

  it('is as it was after an answer that was stopped, or failed', async () => {
    const slow = open(await loadModel(long.path, { threads: 1 }))
    const chat = open(slow.chat(GREEDY))
    await chat.send('one')
    const before = chat.messages
    const expected = await (await chat.fork()).send('two')
    const stopping = new AbortController()
    const stream = chat.stream('never', { maxTokens: 15_000, signal: stopping.signal })
    await stream.next()
    stopping.abort('enough')
    await assert.rejects(stream.result, (error) => error instanceof AbortError && error.cause === 'enough')
    await assert.rejects(chat.send('x'.repeat(20_000)), refusal('CONTEXT_OVERFLOW'))
    await assert.rejects(chat.send('x', { format: { not: {} } }), refusal('SCHEMA_UNSATISFIABLE'))
    await assert.rejects(chat.send('x', { signal: AbortSignal.abort() }), AbortError)
    for await (const _ of chat.stream('left', { maxTokens: 15_000 })) break
    assert.deepEqual(chat.messages, before)
    assert.equal((await chat.send('two')).text, expected.text)
  })

  it('answers one message at a time', async () => {
    const chat = open(model.chat(GREEDY))
    const running = chat.send('one')
    await assert.rejects(chat.send('two'), refusal('INVALID_ARGUMENT', 'answering a message'))
    await assert.rejects(chat.save(join(file.folder, 'x')), refusal('INVALID_ARGUMENT', 'answering'))
    await assert.rejects(chat.fork(), refusal('INVALID_ARGUMENT', 'answering'))
    assert.throws(() => chat.undo(), refusal('INVALID_ARGUMENT', 'answering'))
    await running
    assert.equal(chat.messages.length, 2)
  })

  it('ends with its disposal, which stops its answer', async () => {
    const slow = open(await loadModel(long.path, { threads: 1 }))
    const chat = slow.chat(GREEDY)
    const running = chat.send('one', { maxTokens: 15_000 })
    const rejected = assert.rejects(running, ({ code }) => code === 'ABORTED' || code === 'DISPOSED')
    await chat.dispose()
    await rejected
    await chat.dispose()
    await assert.rejects(chat.send('two'), refusal('DISPOSED', 'chat'))
    await assert.rejects(chat.fork(), refusal('DISPOSED'))
    assert.deepEqual(chat.messages, [])
  })

  it('goes on in another process where it was saved', async function () {
    this.timeout(60_000)
    const path = join(file.folder, 'saved.chat')
    const chat = open(model.chat({ system: 'Be brief.', ...GREEDY }))
    await chat.send('one')
    await chat.send('two')
    await chat.save(path)
    const messages = chat.messages
    const expected = await chat.send('three')
    const program = fileURLToPath(new URL('./fixture/restoreChat.js', import.meta.url))
    const { stdout, stderr } = spawnSync(process.execPath, [program, file.path, path, JSON.stringify(GREEDY)])
    assert.equal(String(stderr), '')
    const restored = JSON.parse(String(stdout))
    assert.deepEqual(restored.messages, messages)
    assert.deepEqual(restored.tokens, expected.tokens)
    assert.deepEqual(restored.usage, expected.usage)
  })

  it('is saved before anything was said, too', async () => {
    const path = join(file.folder, 'empty.chat')
    const chat = open(model.chat({ system: 'Be brief.' }))
    await chat.save(path)
    const restored = open(await model.restoreChat(path, GREEDY))
    assert.deepEqual(restored.messages, [])
    const other = open(model.chat({ system: 'Be brief.', ...GREEDY }))
    assert.equal((await restored.send('hi')).text, (await other.send('hi')).text)
  })

  it('is not restored of other bytes', async function () {
    this.timeout(60_000)
    const path = join(file.folder, 'whole.chat')
    const chat = open(model.chat({ messages: [{ role: 'user', content: 'hi' }], ...GREEDY }))
    await chat.send('one')
    await chat.save(path)
    const bytes = readFileSync(path)
    const hostile = join(file.folder, 'hostile.chat')
    const random = numbers(7)
    const head = bytes.indexOf('"seen"') + 40
    for (let round = 0; round < rounds(40, 400); round++) {
      const changed = Buffer.from(bytes)
      const at = Math.floor(random() * (round % 2 ? head : bytes.length))
      changed[at] ^= 1 + Math.floor(random() * 255)
      writeFileSync(hostile, round % 5 ? changed : bytes.subarray(0, at))
      await assert.rejects(model.restoreChat(hostile), ({ code }) =>
        ['SEQUENCE_INVALID', 'CONTEXT_OVERFLOW', 'OUT_OF_MEMORY'].includes(code),
      )
    }
    const sequence = open(await model.openSequence())
    await sequence.save(hostile)
    await assert.rejects(model.restoreChat(hostile), refusal('SEQUENCE_INVALID', 'no chat'))
    await assert.rejects(model.restoreChat(join(file.folder, 'none')), { code: 'FILE_NOT_FOUND' })
    await assert.rejects(model.restoreChat(path, { system: 'x' }), refusal('INVALID_ARGUMENT', 'system'))
    const whole = open(await model.restoreSequence(path))
    assert.ok(whole.tokens().length > 8)
  })

  it('refuses what it cannot take', async () => {
    assert.throws(() => model.chat({ n: 2 }), refusal('INVALID_ARGUMENT', 'n: received 2'))
    assert.throws(() => model.chat({ raw: true }), refusal('INVALID_ARGUMENT', 'raw'))
    assert.throws(() => model.chat({ onOverflow: 'shift' }), refusal('INVALID_ARGUMENT', 'truncateMiddle'))
    assert.throws(
      () => model.chat({ temprature: 1 }),
      refusal('INVALID_ARGUMENT', 'Did you mean temperature'),
    )
    assert.throws(() => model.chat({ messages: 'hi' }), refusal('INVALID_ARGUMENT', 'messages'))
    const chat = open(model.chat())
    await assert.rejects(chat.send(''.at(0)), refusal('INVALID_ARGUMENT', 'message'))
    await assert.rejects(chat.send([]), refusal('INVALID_ARGUMENT', 'message'))
    await assert.rejects(chat.send([1, 2]), refusal('INVALID_ARGUMENT', 'message'))
    await assert.rejects(chat.send('x', null), refusal('INVALID_ARGUMENT', 'the options of send'))
    await assert.rejects(
      chat.send('x', { system: 'y' }),
      refusal('INVALID_ARGUMENT', 'system', 'model.chat()'),
    )
    await assert.rejects(
      chat.send({ role: 'assistant', content: 'x' }),
      refusal('INVALID_ARGUMENT', 'last message'),
    )
  })
})

describe('A chat of 60 turns in a context of 2,048', function () {
  this.timeout(120_000)
  const template = new URL('../jinja/golden/templates/qwen2.5.jinja', import.meta.url)
  const file = withTinyModel({
    chatTemplate: readFileSync(template, 'utf8'),
    metadata: [['llama.context_length', 'u32', 2048]],
  })
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model
  before(async () => {
    model = await loadModel(file.path, { threads: 2 })
  })
  after(() => model.dispose())

  const say = (turn) => `turn ${turn} of the chat`
  const system = 'The system message that always stays.'

  /** Has a chat of 60 turns, and gives what the model sees at its end. @param {any} onOverflow */
  async function sixtyTurns(onOverflow) {
    const path = join(file.folder, 'sixty.chat')
    const chat = open(model.chat({ system, onOverflow, ...GREEDY, maxTokens: 24 }))
    let reused = 0
    for (let turn = 0; turn < 60; turn++) {
      const { usage, tokens } = await chat.send(say(turn))
      if (onOverflow !== 'error') assert.equal(tokens.length, 24)
      if (onOverflow !== 'error') assert.ok(usage.promptTokens <= 2048 - 24)
      if (usage.cachedTokens > usage.promptTokens / 2) reused++
    }
    assert.equal(chat.messages.length, 120)
    assert.ok(reused > 45, `${reused} of 60 prompts were mostly computed before`)
    await chat.save(path)
    const restored = open(await model.restoreChat(path, { ...GREEDY, maxTokens: 24, onOverflow }))
    const next = await chat.send('and then')
    assert.deepEqual((await restored.send('and then')).tokens, next.tokens)
    const sequence = open(await model.restoreSequence(path))
    const seen = model.detokenize(sequence.tokens())
    return { seen, has: (turn) => seen.includes(`user\n${say(turn)}`) }
  }

  it('ends with an error', async () => {
    await assert.rejects(sixtyTurns('error'), refusal('CONTEXT_OVERFLOW'))
  })

  it('goes on without the oldest', async () => {
    const { seen, has } = await sixtyTurns('dropOldest')
    assert.ok(seen.includes(system))
    assert.ok(!has(0) && !has(5) && has(58) && has(59))
  })

  it('goes on without the middle', async () => {
    const { seen, has } = await sixtyTurns('truncateMiddle')
    assert.ok(seen.includes(system))
    assert.ok(has(0) && !has(1) && !has(5) && has(58) && has(59))
  })

  it('goes on with what a function gives', async () => {
    let calls = 0
    const { seen, has } = await sixtyTurns(async (messages, { promptTokens, maxPromptTokens, signal }) => {
      calls++
      assert.ok(promptTokens > maxPromptTokens)
      assert.equal(signal.aborted, false)
      return [{ role: 'user', content: 'A summary.' }, ...messages.slice(-9)]
    })
    assert.ok(calls > 1)
    assert.ok(seen.includes('A summary.') && seen.includes(system) && has(59) && !has(1))
  })

  it('refuses what a function may not give', async () => {
    const chat = open(model.chat({ onOverflow: () => [], ...GREEDY }))
    await assert.rejects(chat.send('x'.repeat(2200)), refusal('INVALID_ARGUMENT', 'what onOverflow returned'))
    assert.deepEqual(chat.messages, [])
  })
})

/** @param {number} seed */
function numbers(seed) {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}
