// A chat at the terminal that remembers what was said. Ctrl-C stops an answer, Ctrl-D ends the chat.
//
//   node examples/chat.js

import { createInterface } from 'node:readline'
import { AbortError, loadModel } from 'realm-ai'

const model = await loadModel('smollm2-135m-instruct')
const chat = model.chat({ maxTokens: 256, onOverflow: 'dropOldest' })
const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' })

/** Stops the answer that is being made. */
let stop = () => terminal.close()
terminal.on('SIGINT', () => stop())

terminal.prompt()
for await (const message of terminal) {
  const controller = new AbortController()
  const idle = stop
  stop = () => controller.abort()
  try {
    for await (const piece of chat.stream(message, { signal: controller.signal })) {
      process.stdout.write(piece)
    }
  } catch (error) {
    if (!(error instanceof AbortError)) throw error
  }
  stop = idle
  process.stdout.write('\n')
  terminal.prompt()
}
await model.dispose()
