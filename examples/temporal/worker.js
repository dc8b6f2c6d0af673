// Does the activities of Temporal workflows, as many workers on as many machines as wanted:
//
//   temporal server start-dev
//   node examples/temporal/worker.js [MODEL]
//   node examples/temporal/ask.js "What is the capital of France?"
//
// TEMPORAL_ADDRESS names another server than localhost:7233.

import { fileURLToPath } from 'node:url'
import { NativeConnection, Worker } from '@temporalio/worker'
import { loadModel } from 'realm-ai'
import { createActivities } from './createActivities.js'

const model = await loadModel(process.argv[2] ?? 'smollm2-135m-instruct')
const connection = await NativeConnection.connect({
  address: process.env.TEMPORAL_ADDRESS ?? 'localhost:7233',
})
try {
  const worker = await Worker.create({
    connection,
    taskQueue: 'answers',
    workflowsPath: fileURLToPath(new URL('workflows.js', import.meta.url)),
    activities: createActivities(model),
    // What runs at a time is computed together.
    maxConcurrentActivityTaskExecutions: model.parallel,
    // Workflows of one step are soon run again from their history: nothing waits for a worker that held them and is dead.
    maxCachedWorkflows: 0,
    maxHeartbeatThrottleInterval: '2 seconds',
    // On SIGTERM, answers at work have so long to be whole; then they are stopped, and other workers make them.
    shutdownGraceTime: '30 seconds',
  })
  console.log('waits for work')
  await worker.run()
} finally {
  await connection.close()
  await model.dispose()
}
