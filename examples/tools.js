// A chat whose model calls a tool, and answers with what it gave.
//
//   node examples/tools.js "What time is it in Tokyo?"

import { loadModel } from 'realm-ai'
import { z } from 'zod'

const question = process.argv.slice(2).join(' ') || 'What time is it in Tokyo?'
const zones = ['Asia/Tokyo', 'Europe/Zurich', 'America/New_York']

const model = await loadModel('smollm2-135m-instruct')
const chat = model.chat({
  temperature: 0,
  maxTokens: 100,
  tools: {
    time: {
      description: 'The time of day in a time zone.',
      parameters: z.strictObject({ timeZone: z.enum(zones) }),
      execute: ({ timeZone }) => new Date().toLocaleTimeString('en', { timeZone, timeStyle: 'short' }),
    },
  },
})
// So small a model seldom calls a tool by itself: here it has to, once.
const stream = chat.stream(question, { toolChoice: 'required', parallelToolCalls: false })
for await (const event of stream.events()) {
  if (event.type === 'text') process.stdout.write(event.text)
  else if (event.type === 'toolCall') console.log(`${event.name}(${JSON.stringify(event.arguments)})`)
  else if (event.type === 'toolResult') console.log(`gave ${event.result}`)
}
process.stdout.write('\n')
await model.dispose()
