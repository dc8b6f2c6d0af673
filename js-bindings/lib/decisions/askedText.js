/** @import { AskedQuestion } from './readQuestions.js' */

/**
 * A question about a document, as the model reads it. The document comes first, so that what is computed of it serves all
 * questions.
 *
 * @param {string} document
 * @param {AskedQuestion} question
 * @param {AskedQuestion['answers']} answers in the order that they are named in
 */
export function askedText(document, { type, question }, answers) {
  return `${document}\n\n${question}\n${instruction(type, answers)}`
}

/** @param {AskedQuestion['type']} type @param {AskedQuestion['answers']} answers */
function instruction(type, answers) {
  const labels = answers.map(({ label }) => label)
  if (type === 'score')
    return `Answer with one integer alone, from ${labels[0]} to ${labels[labels.length - 1]}.`
  if (answers.every(({ description }) => description === undefined)) {
    return `Answer with one of these alone: ${labels.join(', ')}.`
  }
  const lines = answers.map(({ label, description }) => `- ${label}: ${description}`)
  return `Answer with one of these alone:\n${lines.join('\n')}`
}
