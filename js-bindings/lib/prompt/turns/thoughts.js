/** @import { ChatTemplate } from '../ChatTemplate.js' */
/** @import { ChatMessage } from '../readMessages.js' */

/**
 * What stands around a model's thoughts.
 *
 * @typedef {{ open: string, close: string }} ThoughtForm
 */

/** The markers of the models that think, those first that hold another in themselves. */
const FORMS = [
  { open: '<|channel>thought', close: '<channel|>' },
  { open: '[THINK]', close: '[/THINK]' },
  { open: '<|START_THINKING|>', close: '<|END_THINKING|>' },
  { open: '<seed:think>', close: '</seed:think>' },
  { open: '<think>', close: '</think>' },
  { open: '<reasoning>', close: '</reasoning>' },
]

const THOUGHT = 'realmthought'
const ANSWER = 'realmanswer'
const USER = 'realmuser'

/**
 * What stands around the thoughts of a model: markers that its template names, or what it writes around a message's.
 *
 * @param {string} source the template's text
 * @param {(messages: ChatMessage[]) => string | undefined} render
 * @returns {ThoughtForm | undefined} undefined where the template knows of no thoughts
 */
export function deriveThoughts(source, render) {
  // In Jinja a marker may be put together of parts, but its end is mostly named.
  const known = FORMS.find(({ open, close }) => source.includes(close) || source.includes(open))
  return known ?? written(render)
}

/** @param {(messages: ChatMessage[]) => string | undefined} render @returns {ThoughtForm | undefined} */
function written(render) {
  /** @type {ChatMessage} */
  const user = { role: 'user', content: USER }
  const plain = render([user, { role: 'assistant', content: ANSWER }])
  const thought = render([user, { role: 'assistant', content: ANSWER, reasoning_content: THOUGHT }])
  const at = thought?.indexOf(THOUGHT) ?? -1
  const end = thought?.indexOf(ANSWER, at) ?? -1
  if (plain === undefined || thought === undefined || at < 0 || end < 0) return undefined
  let start = 0
  while (plain[start] === thought[start]) start++
  const open = thought.slice(start, at).trim()
  const close = thought.slice(at + THOUGHT.length, end).trim()
  return open === '' || close === '' ? undefined : { open, close }
}

/**
 * What a model writes around the text of an answer, as the Command models do: a tag on either side.
 *
 * @param {ChatTemplate} template
 * @returns {ThoughtForm | undefined}
 */
export function deriveSaid(template) {
  /** @type {ChatMessage} */
  const user = { role: 'user', content: USER }
  /** @type {ChatMessage} */
  const answer = { role: 'assistant', content: ANSWER }
  try {
    const { text: prompt } = template.render([user])
    const { text } = template.render([user, answer], { addGenerationPrompt: false })
    const [before, behind = ''] = text.split(ANSWER)
    const open = before.startsWith(prompt) ? before.slice(prompt.length) : ''
    const close = /^<[^<>]+>/.exec(behind)?.[0]
    const isAround = /^<[^<>]+>$/.test(open) && close?.toLowerCase().includes('end')
    return isAround && close !== undefined ? { open, close } : undefined
  } catch {
    // It does not take such a chat, which is the answer.
    return undefined
  }
}
