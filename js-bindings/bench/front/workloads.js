import { randomNumbers } from '../load/randomNumbers.js'

/** @typedef {{ role: string, content: string }} Message */

/**
 * Requests that belong together, one after the other.
 *
 * @typedef {object} Thread
 * @property {string} name what they have in common, as a client may say it
 * @property {Message[]} opening what stands before the first question
 * @property {string[]} questions
 * @property {boolean} goesOn whether each request has the questions and answers before it
 */

const SUBJECTS = [
  'rivers',
  'bridges',
  'bread',
  'clocks',
  'maps',
  'glass',
  'paper',
  'salt',
  'silk',
  'tea',
  'tin',
  'wool',
]
const SYSTEM =
  'You are the assistant of a museum. Answer visitors in a few words, kindly, and only about what the museum shows. '.repeat(
    6,
  )

/** Chats of one app: all of them have its system prompt, and each goes on with what was said in it. @returns {Thread[]} */
export function chats() {
  return Array.from({ length: 16 }, (_, chat) => ({
    name: `chat-${chat}`,
    opening: [{ role: 'system', content: SYSTEM }],
    questions: ['Where', 'When', 'Why', 'By whom'].map(
      (word) => `Chat ${chat}: ${word} were ${SUBJECTS[chat % SUBJECTS.length]} made first?`,
    ),
    goesOn: true,
  }))
}

/** Questions about documents: each request has a document whole, and another question. @returns {Thread[]} */
export function documents() {
  const random = randomNumbers(3)
  const sentence = () => {
    const word = () => SUBJECTS[random(SUBJECTS.length)]
    return `In the hall of ${word()} there are ${word()} and ${word()}, given in ${1700 + random(300)}. `
  }
  return Array.from({ length: 12 }, (_, document) => ({
    name: `document-${document}`,
    opening: [{ role: 'system', content: Array.from({ length: 20 }, sentence).join('') }],
    questions: SUBJECTS.slice(0, 6).map((subject) => `Where are the ${subject}?`),
    goesOn: false,
  }))
}
