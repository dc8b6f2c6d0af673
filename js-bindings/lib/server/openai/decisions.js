import * as v from 'valibot'
import { openAiError } from '../errors/errorForms.js'
import { HttpError } from '../errors/HttpError.js'
import { listOf, name, object, text } from '../requests/fields.js'
import { withoutEffect } from '../requests/withoutEffect.js'
import { documentField, documentOf } from './decisionDocument.js'

/** @import { DecisionQuestion } from '../../types.d.ts' */
/** @import { Endpoint } from '../Endpoint.js' */

/** What is asked: a text, or parts of it. */
const instructions = v.union([
  text,
  listOf(
    v.union([
      v.object({ type: v.literal('input_text'), text }),
      v.object({ type: v.literal('input_json'), data: v.union([object, v.array(object)]) }),
    ]),
  ),
])

const common = { name: v.nullish(name), instructions }

const question = v.variant('type', [
  v.object({ type: v.literal('predicate'), ...common }),
  v.object({
    type: v.literal('choice'),
    ...common,
    choices: v.pipe(
      v.array(v.object({ value: v.union([text, v.boolean()]), description: v.nullish(text) })),
      v.minLength(2),
      v.maxLength(64),
    ),
  }),
  v.object({
    type: v.literal('score'),
    ...common,
    levels: v.pipe(
      v.array(v.object({ label: text, description: v.nullish(text) })),
      v.minLength(2),
      v.maxLength(64),
    ),
  }),
])

/** @typedef {v.InferOutput<typeof question>} Question */

const schema = v.object({
  model: v.optional(name),
  input: documentField,
  questions: v.pipe(listOf(question), v.maxLength(400)),
})

/** OpenAI's decisions: questions about a document, whose answers are known beforehand, by how probable each is. @type {Endpoint} */
export const decisions = {
  method: 'post',
  path: '/v1/decisions',
  aliases: ['/decisions'],
  summary: 'Decides questions about a document',
  errors: openAiError,
  form: { schema, withoutEffect: withoutEffect.decisions },
  async answer(call, /** @type {v.InferOutput<typeof schema>} */ { model: asked, input, questions }) {
    const document = documentOf(input)
    // By their places: clients may leave out their names, or give one twice.
    const wanted = Object.fromEntries(
      questions.map((one, index) => [`q${index}`, questionOf(one, `questions[${index}]`)]),
    )
    const { model, name } = await call.lease(asked)
    const { tenant, priority, signal } = call.claim
    const { decisions, usage } = await model.decideCounted(document, wanted, { tenant, priority, signal })
    call.count(usage)
    return {
      model: name,
      answers: questions.map((one, index) =>
        answerOf(one, /** @type {any} */ (decisions[`q${index}`]).probabilities),
      ),
      usage: {
        input_tokens: call.usage.promptTokens,
        input_tokens_details: { cached_tokens: call.usage.cachedTokens, cache_write_tokens: 0 },
        output_tokens: 0,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: call.usage.promptTokens,
      },
    }
  },
}

/**
 * A question as the library takes it; the levels of a score are options in their order.
 *
 * @param {Question} asked
 * @param {string} what
 * @returns {DecisionQuestion}
 * @throws {HttpError} `invalid_value`
 */
function questionOf(asked, what) {
  const question =
    typeof asked.instructions === 'string'
      ? asked.instructions
      : asked.instructions
          .map((part) => (part.type === 'input_text' ? part.text : JSON.stringify(part.data)))
          .join('\n')
  if (asked.type === 'predicate') return { type: 'boolean', question }
  const labels = labelsOf(asked)
  const descriptions = (asked.type === 'choice' ? asked.choices : asked.levels).map(
    ({ description }) => description,
  )
  if (new Set(labels).size < labels.length) {
    const param = `${what}.${asked.type === 'choice' ? 'choices' : 'levels'}`
    throw new HttpError('invalid_value', `${param}: expected another text for each.`, { param })
  }
  const isDescribed = descriptions.some((description) => description)
  const options = isDescribed
    ? Object.fromEntries(labels.map((label, index) => [label, descriptions[index] || label]))
    : labels
  return { type: 'choice', question, options }
}

/** @param {Exclude<Question, { type: 'predicate' }>} asked */
function labelsOf(asked) {
  return asked.type === 'choice'
    ? asked.choices.map(({ value }) => String(value))
    : asked.levels.map(({ label }) => label)
}

/**
 * An answer, with how probable each is.
 *
 * @param {Question} asked
 * @param {Record<string, number>} probabilities by the labels
 */
function answerOf(asked, probabilities) {
  const { type, name = null } = asked
  if (type === 'predicate') return { type, name, probability: probabilities.true }
  const shares = labelsOf(asked).map((label) => probabilities[label])
  const confidence = Math.max(...shares)
  if (type === 'score') {
    return {
      type,
      name,
      score: shares.reduce((sum, share, value) => sum + share * value, 0),
      confidence,
      probabilities: asked.levels.map(({ label }, value) => ({ label, value, probability: shares[value] })),
    }
  }
  return {
    type,
    name,
    choice: asked.choices[shares.indexOf(confidence)].value,
    confidence,
    probabilities: asked.choices.map(({ value }, index) => ({ value, probability: shares[index] })),
  }
}
