import { createInterface } from 'node:readline'

/** @import { Interface } from 'node:readline' */

/**
 * Asks at the terminal for one message after the other, with editing and a history (the arrow keys). It owns the terminal
 * only while it asks, so that Ctrl-C reaches the process meanwhile. Text of several lines that is pasted is one message.
 * A line that ends with a backslash goes on in the next one. Ctrl-C drops what was typed; where nothing was, a second
 * one ends the asking, as Ctrl-D does.
 *
 * @param {string} prompt shown before the cursor
 * @param {{ input: NodeJS.ReadableStream, output: NodeJS.WritableStream, history?: string[],
 *   onHistory?: (lines: string[]) => void }} terminal `history` is what was typed earlier, the newest first; `onHistory` hears
 *   what it is after each message
 * @returns {AsyncGenerator<string, void, void>}
 */
export async function* askMessages(prompt, { input, output, history: earlier = [], onHistory }) {
  let history = earlier
  for (;;) {
    const editor = createInterface({ input, output, terminal: true, prompt, history: [...history] })
    editor.on('history', (lines) => {
      history = lines
    })
    const message = await askOnce(editor, output).finally(() => editor.close())
    onHistory?.(history)
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
    const prompt = editor.getPrompt()
    let isWarned = false
    editor.on('line', (line) => {
      if (line.endsWith('\\')) {
        lines.push(line.slice(0, -1))
        editor.setPrompt('… ')
        editor.prompt()
        return
      }
      lines.push(line)
      // The lines of a paste come at once; its last one is still open, until Enter.
      setImmediate(() => editor.line === '' && resolve(lines.join('\n')))
    })
    editor.on('SIGINT', () => {
      output.write('\n')
      if (editor.line === '' && lines.length === 0) {
        // The answer that it was to stop may have ended a moment before.
        if (isWarned) return resolve(undefined)
        isWarned = true
        output.write('Ctrl-C again ends the chat.\n')
        return editor.prompt()
      }
      lines = []
      editor.setPrompt(prompt)
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
