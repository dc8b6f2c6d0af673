import { abortSignal, booleanValue, text } from '../arguments/checks.js'
import { readOptions } from '../arguments/readOptions.js'
import { claimChecks } from '../generation/claimChecks.js'
import { readLogprobs } from '../generation/logprobs.js'
import { promptUsage } from '../generation/runGeneration.js'
import { readChat } from '../prompt/readPrompt.js'
import { askedText } from './askedText.js'
import { labelShares } from './labelShares.js'
import { readQuestions } from './readQuestions.js'

/** @import { EngineModel } from '../EngineModel.js' */
/** @import { ChatTemplates } from '../prompt/ChatTemplates.js' */
/** @import { DecideOptions, DecisionQuestion } from '../types.d.ts' */
/** @import { AskedQuestion } from './readQuestions.js' */

/** @typedef {{ tenant?: string, priority?: number }} Claim for whom the work is, and how urgent */

/**
 * Answers questions about a document by the probabilities of their answers; see `Model.decide`.
 *
 * @param {{ engine: EngineModel, templates: ChatTemplates }} model
 * @param {string} document
 * @param {Readonly<Record<string, DecisionQuestion>>} questions
 * @param {DecideOptions} options
 */
export async function decide(model, document, questions, options) {
  model.engine.mustBeOpen()
  const { tenant, priority } = claimChecks
  const {
    calibrate = false,
    signal,
    ...claim
  } = readOptions(
    options,
    { calibrate: booleanValue, tenant, priority, signal: abortSignal },
    { what: 'the options of decide' },
  )
  const about = text(document, 'document')
  const asked = readQuestions(questions)
  /** @type {[string, object][]} */
  const decided = []
  const usage = { promptTokens: 0, cachedTokens: 0 }
  // One after the other: what the first one computes of the document serves the others.
  for (const [name, question] of asked) {
    const orders = calibrate ? allOrders(question) : [question.answers]
    const shares = question.answers.map(() => 0)
    for (const order of orders) {
      const found = await ask(model, askedText(about, question, order), order, claim, signal)
      order.forEach((answer, i) => {
        shares[question.answers.indexOf(answer)] += found.shares[i] / orders.length
      })
      usage.promptTokens += found.usage.promptTokens
      usage.cachedTokens += found.usage.cachedTokens
    }
    decided.push([name, decision(question, shares)])
  }
  return { decisions: Object.fromEntries(decided), usage }
}

/**
 * The orders in which answers are named: each of them first once, and each behind the same other one; a scale up and down.
 *
 * @param {AskedQuestion} question
 */
function allOrders({ type, answers }) {
  if (type === 'score') return [answers, answers.toReversed()]
  return answers.map((_, i) => [...answers.slice(i), ...answers.slice(0, i)])
}

/**
 * How probable the model finds each answer, if one of them comes, and the tokens that went in.
 *
 * @param {{ engine: EngineModel, templates: ChatTemplates }} model
 * @param {string} message
 * @param {AskedQuestion['answers']} answers
 * @param {Claim} claim
 * @param {AbortSignal} [signal]
 */
async function ask({ engine, templates }, message, answers, claim, signal) {
  const chat = templates.of({})
  const { prompt, before } =
    chat.turns === null
      ? { prompt: { text: `${message}\nAnswer:`, plain: [], special: false, addBos: true }, before: ' ' }
      : { ...openAnswer(message, chat), before: '' }
  const texts = answers.map(({ label }) => before + label)
  const options = { temperature: 0, logprobs: 0, ...claim }
  const { choices } = await engine.open('generateGiven', { prompt, texts, options }, { signal })
  const shares = labelShares(
    choices.map((/** @type {any} */ { tokens, logprobs }) => ({
      tokens,
      logprob: readLogprobs(logprobs).reduce((sum, entry) => sum + entry.logprob, 0),
    })),
  )
  return { shares, usage: promptUsage(choices.map((/** @type {any} */ { usage }) => usage)) }
}

/**
 * A chat up to where the text of the answer begins, behind the thoughts that a template may write.
 *
 * @param {string} message
 * @param {ReturnType<ChatTemplates['of']>} chat
 */
function openAnswer(message, chat) {
  const messages = [
    { role: /** @type {const} */ ('user'), content: message },
    { role: /** @type {const} */ ('assistant'), content: '' },
  ]
  return readChat(messages, { system: undefined, ...chat, continueFinal: true })
}

/** @param {AskedQuestion} question @param {number[]} shares */
function decision({ type, answers }, shares) {
  const best = shares.indexOf(Math.max(...shares))
  const probabilities = Object.fromEntries(answers.map(({ value }, i) => [String(value), shares[i]]))
  const decided = { answer: answers[best].value, probabilities }
  if (type !== 'score') return decided
  return {
    ...decided,
    expectation: answers.reduce((sum, { value }, i) => sum + Number(value) * shares[i], 0),
  }
}
