// A chat at the terminal that remembers what was said. Ctrl-C stops an answer, Ctrl-D ends the chat.
//
//   node examples/chat.js

import { createInterface } from 'node:readline'
import { AbortError, loadModel } from 'realm-ai'

const model = await loadModel('smollm2-135m-instruct')
const messages = []
const terminal = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' })

/** Stops the answer that is being made. */
let stop = () => terminal.close()
terminal.on('SIGINT', () => stop())

terminal.prompt()
for await (const content of terminal) {
  messages.push({ role: 'user', content })
  const controller = new AbortController()
  const idle = stop
  stop = () => controller.abort()
  let answer = ''
  try {
    for await (const piece of model.stream(messages, { maxTokens: 256, signal: controller.signal })) {
      process.stdout.write(piece)
      answer += piece
    }
  } catch (error) {
    if (!(error instanceof AbortError)) throw error
  }
  stop = idle
  messages.push({ role: 'assistant', content: answer })
  process.stdout.write('\n')
  terminal.prompt()
}
await model.dispose()
