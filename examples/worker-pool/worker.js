// One worker of pool.js: loads the model once, then answers what it is given.

import { threadId } from 'node:worker_threads'
import { loadModel } from 'realm-ai'

const model = await loadModel('smollm2-135m-instruct', { threads: 1 })

export default async function answer(question) {
  const { text } = await model.generate(question, { maxTokens: 64, temperature: 0 })
  return { text, thread: threadId }
}
