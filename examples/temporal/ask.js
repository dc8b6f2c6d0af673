// Has a workflow answer a question: node examples/temporal/ask.js "QUESTION" [MAX_TOKENS]. Ctrl-C cancels it.

import { randomUUID } from 'node:crypto'
import { Client, Connection } from '@temporalio/client'

const [question, maxTokens = '200'] = process.argv.slice(2)
if (question === undefined) {
  console.error('usage: node examples/temporal/ask.js QUESTION [MAX_TOKENS]')
  process.exit(2)
}
const connection = await Connection.connect({ address: process.env.TEMPORAL_ADDRESS ?? 'localhost:7233' })
try {
  const handle = await new Client({ connection }).workflow.start('answer', {
    taskQueue: 'answers',
    workflowId: `answer-${randomUUID()}`,
    args: [[{ role: 'user', content: question }], { maxTokens: Number(maxTokens) }],
  })
  console.error(handle.workflowId)
  process.once('SIGINT', () => handle.cancel())
  const { text, usage, attempt } = await handle.result()
  console.log(text)
  console.error(`${usage.completionTokens} tokens, at attempt ${attempt}`)
} finally {
  await connection.close()
}
