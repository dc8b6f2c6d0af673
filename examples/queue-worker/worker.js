// Does the jobs of a queue in Redis, as many workers on as many machines as wanted:
//
//   redis-server --port 6379
//   node examples/queue-worker/worker.js [MODEL]
//   node examples/queue-worker/ask.js "What is the capital of France?"
//
// REDIS_PORT names another port of this machine.

import { loadModel } from 'realm-ai'
import { createWorker } from 'realm-ai/bullmq'

const connection = { host: '127.0.0.1', port: Number(process.env.REDIS_PORT ?? 6379) }
const model = await loadModel(process.argv[2] ?? 'smollm2-135m-instruct')
const worker = createWorker('answers', model, { connection })

worker.on('completed', (job) => console.log(`answered ${job.id}`))
worker.on('failed', (job, error) => console.error(`${job?.id} failed: ${error.message}`))
worker.on('error', (error) => console.error(error.message))
await worker.waitUntilReady()
console.log(`waits for jobs, ${worker.concurrency} at a time`)

// The jobs that run go back to the queue, and another worker does them.
process.once('SIGTERM', async () => {
  await worker.close(true)
  await model.dispose()
})
