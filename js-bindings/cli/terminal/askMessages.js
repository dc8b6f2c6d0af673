import { createInterface } from 'node:readline'

/** @import { Interface } from 'node:readline' */

/**
 * Asks at the terminal for one message after the other, with editing and a history (the arrow keys). It owns the terminal
 * only while it asks, so that Ctrl-C reaches the process meanwhile. Text of several lines that is pasted is one message.
 * Ctrl-C drops what was typed, and ends the asking where nothing was; Ctrl-D ends it, too.
 *
 * @param {string} prompt shown before the cursor
 * @param {{ input: NodeJS.ReadableStream, output: NodeJS.WritableStream }} terminal
 * @returns {AsyncGenerator<string, void, void>}
 */
export async function* askMessages(prompt, { input, output }) {
  /** @type {string[]} */
  let history = []
  for (;;) {
    const editor = createInterface({ input, output, terminal: true, prompt, history: [...history] })
    editor.on('history', (lines) => {
      history = lines
    })
    const message = await askOnce(editor, output).finally(() => editor.close())
    if (message === undefined) return
    yield message
  }
}

/**
 * @param {Interface} editor
 * @param {NodeJS.WritableStream} output
 * @returns {Promise<string | undefined>} undefined at the end
 */
function askOnce(editor, output) {
  return new Promise((resolve) => {
    /** @type {string[]} */
    let lines = []
    editor.on('line', (line) => {
      lines.push(line)
      // The lines of a paste come at once; its last one is still open, until Enter.
      setImmediate(() => editor.line === '' && resolve(lines.join('\n')))
    })
    editor.on('SIGINT', () => {
      output.write('\n')
      if (editor.line === '' && lines.length === 0) {
        resolve(undefined)
        return
      }
      lines = []
      editor.write(null, { ctrl: true, name: 'e' })
      editor.write(null, { ctrl: true, name: 'u' })
    })
    editor.on('close', () => {
      if (lines.length === 0) output.write('\n')
      resolve(undefined)
    })
    editor.prompt()
  })
}
