// What Temporal runs again from its history: nothing here may depend on anything but its arguments.

import { ActivityCancellationType, proxyActivities } from '@temporalio/workflow'

const { generate } = proxyActivities({
  startToCloseTimeout: '1 hour',
  // A worker that says nothing for so long is taken for dead, and another one does its work.
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumAttempts: 10 },
  // A cancelled workflow ends when its generation has.
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
})

/**
 * Answers messages. All attempts have one seed, so that each makes the same text, whoever makes it.
 *
 * @param {{ role: string, content: string }[]} messages
 * @param {import('realm-ai').GenerateOptions} [options]
 */
export async function answer(messages, options = {}) {
  // In a workflow, Math.random is decided by the run: it is the same when the history is run again.
  const seed = options.seed ?? Math.floor(Math.random() * 2 ** 32)
  return generate(messages, { ...options, seed })
}
