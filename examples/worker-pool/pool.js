// Answers questions in a pool of worker threads. The workers share the engine and the pages of the model's file; a busy
// worker does not hold up the others, nor this thread.
//
//   node examples/worker-pool/pool.js "What is the capital of France?" "What is the capital of Germany?"

import { Piscina } from 'piscina'

const questions = process.argv.slice(2)
if (questions.length === 0)
  questions.push('What is the capital of France?', 'What is the capital of Germany?')

const pool = new Piscina({ filename: new URL('worker.js', import.meta.url).href, maxThreads: 2 })
const answers = await Promise.all(questions.map((question) => pool.run(question)))
answers.forEach(({ text, thread }, i) => {
  console.log(`${questions[i]}\n  ${text} (worker ${thread})`)
})
await pool.close()
