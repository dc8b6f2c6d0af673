import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { askMessages } from '../../js-bindings/cli/terminal/askMessages.js'

const CTRL_C = '\x03'
const CTRL_D = '\x04'
const UP = '\x1b[A'

describe('askMessages', () => {
  /** @type {PassThrough} */
  let keys
  /** @type {AsyncGenerator<string, void, void>} */
  let messages

  beforeEach(() => {
    keys = new PassThrough()
    const screen = new PassThrough()
    screen.resume()
    messages = askMessages('> ', { input: keys, output: screen })
  })

  /** What it gives when these keys are pressed, each string at once. @param {string[]} pressed */
  async function press(...pressed) {
    const asked = messages.next()
    for (const key of pressed) {
      keys.write(key)
      await new Promise((done) => setImmediate(done))
    }
    return (await asked).value
  }

  it('gives what was typed', async () => {
    assert.equal(await press('Hel', 'lo\r'), 'Hello')
    assert.equal(await press('again\r'), 'again')
  })

  it('takes what was pasted as one message, open to its last line', async () => {
    assert.equal(await press('one\rtwo\r'), 'one\ntwo')
    assert.equal(await press('one\rtwo', ' and more\r'), 'one\ntwo and more')
  })

  it('remembers messages for the arrow keys', async () => {
    await press('first\r')
    await press('second\r')
    assert.equal(await press(UP, UP, '\r'), 'first')
  })

  it('goes on in the next line behind a backslash', async () => {
    assert.equal(await press('one\\\r', 'two\\\r', 'three\r'), 'one\ntwo\nthree')
    assert.equal(await press('one\\\r', CTRL_C, 'two\r'), 'two')
  })

  it('begins with what was typed earlier, and tells what is to be kept', async () => {
    const screen = new PassThrough()
    screen.resume()
    let kept
    const terminal = { input: keys, output: screen, history: ['last', 'first'] }
    messages = askMessages('> ', { ...terminal, onHistory: (lines) => (kept = lines) })
    assert.equal(await press(UP, UP, '\r'), 'first')
    assert.deepEqual(kept, ['first', 'last', 'first'])
  })

  it('drops what was typed at Ctrl-C', async () => {
    assert.equal(await press('wrong', CTRL_C, 'right\r'), 'right')
  })

  it('ends at a second Ctrl-C where nothing was typed', async () => {
    assert.equal(await press(CTRL_C, 'go on\r'), 'go on')
    assert.equal(await press(CTRL_C, CTRL_C), undefined)
  })

  it('ends at Ctrl-D', async () => {
    assert.equal(await press(CTRL_D), undefined)
  })
})
