// Asks one question and prints the answer.
//
//   node examples/generate.js "What is the capital of France?"

import { loadModel } from 'realm-ai'

const [question = 'What is the capital of France?'] = process.argv.slice(2)

const model = await loadModel('smollm2-135m-instruct')
try {
  const { text, usage, finishReason, timings } = await model.generate(question, {
    maxTokens: 64,
    temperature: 0,
  })
  console.log(text)
  console.error(
    `${usage.promptTokens} tokens read, ${usage.completionTokens} made, ended by ${finishReason}; ` +
      `first token after ${Math.round(timings.firstTokenMs)} ms`,
  )
} finally {
  await model.dispose()
}
