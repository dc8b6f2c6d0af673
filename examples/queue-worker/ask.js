// Has a worker answer a question, and prints the answer while it is made: node examples/queue-worker/ask.js "QUESTION"

import { Queue } from 'bullmq'
import { cancelJob, readTokens } from 'realm-ai/bullmq'

const question = process.argv[2]
if (question === undefined) {
  console.error('usage: node examples/queue-worker/ask.js QUESTION')
  process.exit(2)
}
const connection = { host: '127.0.0.1', port: Number(process.env.REDIS_PORT ?? 6379) }
const queue = new Queue('answers', { connection })
const job = await queue.add(
  'answer',
  { messages: [{ role: 'user', content: question }], options: { maxTokens: 100, temperature: 0 } },
  { attempts: 3, removeOnComplete: { age: 3600 } },
)
const jobId = String(job.id)

// Whoever does not wait for the answer does not have it made.
process.once('SIGINT', () => cancelJob(queue, jobId))

for await (const event of readTokens(queue, jobId)) {
  if (event.type === 'text') process.stdout.write(event.text)
  else if (event.type === 'finish' && 'text' in event.result) {
    console.log()
    console.error(`${event.result.usage.completionTokens} tokens`)
  }
}
await queue.close()
