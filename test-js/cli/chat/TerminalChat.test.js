import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readHistory, writeHistory } from '../../../js-bindings/cli/chat/history.js'
import { printAnswer } from '../../../js-bindings/cli/chat/printAnswer.js'
import { isCommand, runCommand } from '../../../js-bindings/cli/chat/slashCommands.js'
import { TerminalChat } from '../../../js-bindings/cli/chat/TerminalChat.js'
import { readToolsFile } from '../../../js-bindings/cli/input/readToolsFile.js'
import { loadModel } from '../../../js-bindings/lib/index.js'
import { scriptedModel } from '../../chat/fixture/ScriptedModel.js'
import { refusal } from '../../fixture/refusal.js'
import { tinyLlama } from '../../fixture/tinyLlama.js'

const chatTemplate = readFileSync(
  new URL('../../jinja/golden/templates/qwen3.jinja', import.meta.url),
  'utf8',
)
const number = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
const tools = { double: { parameters: number, execute: ({ n }) => 2 * n } }
const turns = [
  '<think>\nTwice.\n</think>\n\nI look.\n<tool_call>\n{"name": "double", "arguments": {"n": 4}}\n</tool_call>',
  'It is 8.',
]
const never = new AbortController().signal

/** What an answer prints. @param {boolean} isTTY */
async function printed(isTTY) {
  let text = ''
  const { model } = scriptedModel({ turns, chatTemplate })
  await printAnswer(model.chat({ tools }).stream('x'), { isTTY, write: (piece) => (text += piece) })
  return text.replaceAll('\x1b[22m\x1b[2m', '')
}

describe('realm chat', () => {
  const folder = mkdtempSync(join(tmpdir(), 'realm-chat-'))
  after(() => rmSync(folder, { recursive: true }))

  it('prints the text alone to a pipe, and all else dimmed at a terminal', async () => {
    assert.equal(await printed(false), 'I look.It is 8.\n')
    assert.equal(
      await printed(true),
      '\x1b[2mTwice.\x1b[22m\nI look.\n\x1b[2mdouble({"n":4})\ndouble gave 8\n\x1b[22mIt is 8.\n' +
        `\x1b[2m${turns.join('').length} tokens, 6.0 a second\n\x1b[22m`,
    )
  })

  it('has commands in place of messages', async () => {
    const model = await loadModel(tinyLlama(), { threads: 1 })
    const options = { temperature: 0, maxTokens: 4, logitBias: { 2: Number.NEGATIVE_INFINITY } }
    const load = (/** @type {string} */ name) => {
      assert.equal(name, 'other')
      return loadModel(tinyLlama({ metadata: [['general.name', 'string', 'Other']] }), { threads: 1 })
    }
    const chat = new TerminalChat(model, options, load)
    const path = join(folder, 'a.chat')
    const ask = (/** @type {string} */ message) => chat.answer(message, never, (stream) => stream.result)
    await assert.rejects(runCommand(chat, '/retry'), refusal('INVALID_ARGUMENT', 'nothing was asked'))
    await ask('one')
    await ask('two')
    assert.match(await runCommand(chat, `/save ${path}`), /^4 messages are in /)
    assert.match(await runCommand(chat, '/undo'), /^2 messages/)
    await ask('three')
    assert.deepEqual(await runCommand(chat, '/retry'), { ask: 'three' })
    assert.equal(chat.length, 2)
    assert.match(await runCommand(chat, `/load ${path}`), /^4 messages came/)
    await runCommand(chat, '/system Be brief.')
    assert.equal(chat.length, 4)
    await ask('four')
    assert.match(await runCommand(chat, '/stats'), /messages +6\nlast prompt +\d+ tokens/)
    assert.match(await runCommand(chat, '/model other'), /^tiny-llama|^Other|^Tiny/)
    assert.equal(chat.length, 6)
    await ask('five')
    await runCommand(chat, '/clear')
    assert.equal(chat.length, 0)
    assert.match(await runCommand(chat, '/undo'), /Nothing/)
    const help = await runCommand(chat, '/help')
    for (const name of ['system', 'save', 'load', 'undo', 'retry', 'stats', 'model', 'help', 'exit']) {
      assert.match(help, new RegExp(`^/${name}\\b`, 'm'))
    }
    await assert.rejects(runCommand(chat, '/sav x'), refusal('INVALID_ARGUMENT', '/sav is no command'))
    await assert.rejects(runCommand(chat, '/save'), refusal('INVALID_ARGUMENT', '/save FILE'))
    assert.deepEqual(['/undo', '/', '/usr/bin is full', 'a /b'].map(isCommand), [true, true, false, false])
    await chat.dispose()
  })

  it('asks again what was stopped', async () => {
    const { model } = scriptedModel({ turns: ['A long answer.'] })
    const chat = new TerminalChat(model, {}, () => assert.fail())
    const stopping = new AbortController()
    await assert.rejects(
      chat.answer('x', stopping.signal, async (stream) => {
        for await (const _ of stream) stopping.abort()
      }),
      { name: 'AbortError' },
    )
    assert.equal(chat.takeBack(), 'x')
    assert.equal(chat.length, 0)
  })

  it('keeps what was typed, for its user alone', async () => {
    const file = join(folder, 'deep/history.jsonl')
    assert.deepEqual(await readHistory(file), [])
    await writeHistory(file, ['newest', 'with "signs"\\', 'oldest'])
    assert.deepEqual(await readHistory(file), ['newest', 'with "signs"\\', 'oldest'])
    assert.equal(statSync(file).mode & 0o777, 0o600)
    writeFileSync(file, '"whole"\n"cut')
    assert.deepEqual(await readHistory(file), ['whole'])
  })

  it('takes tools of a module', async () => {
    const write = (/** @type {string} */ name, /** @type {string} */ text) => {
      const path = join(folder, name)
      writeFileSync(path, text)
      return path
    }
    const named = write('a.mjs', 'export const tools = { now: { execute: () => 1 } }')
    assert.equal((await readToolsFile(named)).now.execute(), 1)
    const common = write('b.cjs', 'module.exports = { now: { execute: () => 2 } }')
    assert.equal((await readToolsFile(common)).now.execute(), 2)
    const refuses = (/** @type {string} */ path, /** @type {string} */ part) =>
      assert.rejects(readToolsFile(path), refusal('INVALID_ARGUMENT', '--tools', part))
    await refuses(join(folder, 'none.mjs'), 'cannot be loaded')
    await refuses(write('c.mjs', 'export const a = 1'), 'exports no tools')
    await refuses(write('d.mjs', 'export default { now: {} }'), 'now')
  })
})
