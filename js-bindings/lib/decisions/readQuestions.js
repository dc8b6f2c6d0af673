import { integerIn, invalidArgument, oneOf, text } from '../arguments/checks.js'
import { readOptions } from '../arguments/readOptions.js'

/** @import { DecisionQuestion } from '../types.d.ts' */

/**
 * A question as it is asked: what may be answered, and what it is worth.
 *
 * @typedef {object} AskedQuestion
 * @property {'boolean' | 'choice' | 'score'} type
 * @property {string} question
 * @property {{ label: string, description?: string, value: boolean | string | number }[]} answers at least two
 */

const readType = oneOf(/** @type {const} */ (['boolean', 'choice', 'score']))
const MOST_CHOICES = 64
const MOST_SCORES = 101
const integer = integerIn({ from: -1_000_000, to: 1_000_000 })

/**
 * Checks the questions of a decision.
 *
 * @param {Readonly<Record<string, DecisionQuestion>>} questions
 * @returns {[name: string, question: AskedQuestion][]}
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`
 */
export function readQuestions(questions) {
  if (typeof questions !== 'object' || questions === null || Array.isArray(questions)) {
    throw invalidArgument('questions', questions, 'an object of questions by their names')
  }
  const entries = Object.entries(questions)
  if (entries.length === 0) throw invalidArgument('questions', questions, 'at least one question')
  return entries.map(([name, question]) => [name, readQuestion(question, `questions.${name}`)])
}

/** @param {unknown} given @param {string} what @returns {AskedQuestion} */
function readQuestion(given, what) {
  const read = readOptions(
    given,
    {
      type: readType,
      question: text,
      options: readChoices,
      min: integer,
      max: integer,
    },
    { what, prefix: `${what}.` },
  )
  const { type = readType(undefined, `${what}.type`), options, min, max } = read
  const question = text(read.question, `${what}.question`)
  for (const [field, of] of /** @type {const} */ ([
    ['options', 'choice'],
    ['min', 'score'],
    ['max', 'score'],
  ])) {
    if ((read[field] === undefined) === (type === of)) {
      const expected = type === of ? `one: it is a ${type}` : `none: it is a ${type}`
      throw invalidArgument(`${what}.${field}`, read[field], expected)
    }
  }
  if (type === 'choice') return { type, question, answers: options ?? [] }
  return { type, question, answers: type === 'boolean' ? booleans() : scores(Number(min), Number(max), what) }
}

function booleans() {
  return [
    { label: 'yes', value: true },
    { label: 'no', value: false },
  ]
}

/** @param {number} min @param {number} max @param {string} what */
function scores(min, max, what) {
  if (max <= min || max - min >= MOST_SCORES) {
    throw invalidArgument(`${what}.max`, max, `an integer from ${min + 1} to ${min + MOST_SCORES - 1}`)
  }
  return Array.from({ length: max - min + 1 }, (_, i) => ({ label: String(min + i), value: min + i }))
}

/** @param {unknown} value @param {string} name */
function readChoices(value, name) {
  const expected = `2 to ${MOST_CHOICES} texts, none of them empty and each another: an array, or an object of descriptions by them`
  if (typeof value !== 'object' || value === null) throw invalidArgument(name, value, expected)
  const choices = Array.isArray(value)
    ? value.map((label, index) => ({ label: text(label, `${name}[${index}]`) }))
    : Object.entries(value).map(([label, description]) => ({
        label: text(label, `a key of ${name}`),
        description: text(description, `${name}.${label}`),
      }))
  const labels = new Set(choices.map(({ label }) => label.trim()))
  if (
    labels.size !== choices.length ||
    labels.has('') ||
    choices.length < 2 ||
    choices.length > MOST_CHOICES
  ) {
    throw invalidArgument(name, value, expected)
  }
  return choices.map((choice) => ({ ...choice, value: choice.label }))
}
