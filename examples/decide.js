// Asks questions about a letter whose answers are known beforehand, and says how probable each is.
//
//   node examples/decide.js MODEL [LETTER.txt]

import { readFileSync } from 'node:fs'
import { loadModel } from 'realm-ai'

const [source, file] = process.argv.slice(2)
if (source === undefined) {
  console.error('usage: node examples/decide.js MODEL [LETTER.txt]')
  process.exit(2)
}
const letter = file === undefined ? 'Where is my parcel? It is three weeks late!' : readFileSync(file, 'utf8')

const model = await loadModel(source)
try {
  const { angry, topic, urgency } = await model.decide(
    letter,
    {
      angry: { type: 'boolean', question: 'Is the writer angry?' },
      topic: { type: 'choice', question: 'What is it about?', options: ['delivery', 'payment', 'other'] },
      urgency: { type: 'score', question: 'How urgent is it?', min: 1, max: 5 },
    },
    { calibrate: true },
  )
  console.log('angry:', angry.answer, angry.probabilities)
  console.log('topic:', topic.answer, topic.probabilities)
  console.log('urgency:', urgency.answer, urgency.expectation.toFixed(2))
} finally {
  await model.dispose()
}
