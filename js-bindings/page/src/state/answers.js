import { signal } from '@preact/signals'
import { streamAnswer } from '../api/streamAnswer.js'
import { changeLane, chats } from './chats.js'
import { branch, requestMessages, say } from './lane.js'
import { requestFields, settings } from './settings.js'

/** @import { AnswerPart } from '../api/streamAnswer.js' */
/** @import { Said } from './lane.js' */

/**
 * An answer that is being made.
 *
 * @typedef {{ said: Said, stop: () => void }} Running
 */

/** Milliseconds between two looks at an answer: each reads its whole Markdown. */
const SHOWN_EVERY = 60

/** Those that are being made, by chat and lane. */
export const running = signal(/** @type {ReadonlyMap<string, Running>} */ (new Map()))

/** @param {string} chat @param {number} lane */
export const placeOf = (chat, lane) => `${chat} ${lane}`

/** @param {string} place @param {Running | undefined} value */
function setRunning(place, value) {
  const next = new Map(running.value)
  if (value === undefined) next.delete(place)
  else next.set(place, value)
  running.value = next
}

/**
 * Asks a lane's model for the answer to what its branch ends with.
 *
 * @param {string} chatId
 * @param {number} index of the lane
 */
export async function answer(chatId, index) {
  const lane = chats.value.find(({ id }) => id === chatId)?.lanes[index]
  const place = placeOf(chatId, index)
  const asked = lane && branch(lane).at(-1)
  if (lane === undefined || asked === undefined || running.value.has(place)) return
  const controller = new AbortController()
  const stop = () => controller.abort()
  /** @type {Said} */
  let said = { id: crypto.randomUUID(), parent: asked.id, role: 'assistant', content: '', model: lane.model }
  setRunning(place, { said, stop })
  const began = performance.now()
  let firstAt = 0
  let tokens = 0
  let shownAt = 0
  const pace = () => ({
    tokens,
    seconds: (performance.now() - (firstAt || began)) / 1000,
    firstSeconds: ((firstAt || performance.now()) - began) / 1000,
  })
  const request = {
    model: lane.model,
    messages: requestMessages(branch(lane), settings.value.system),
    ...requestFields(settings.value),
  }
  try {
    for await (const part of streamAnswer(request, controller.signal)) {
      if (firstAt === 0 && (part.text || part.reasoning || part.calls)) firstAt = performance.now()
      tokens = part.usage?.completion_tokens ?? tokens + (part.text || part.reasoning || part.calls ? 1 : 0)
      said = withPart(said, part)
      if (performance.now() - shownAt < SHOWN_EVERY) continue
      shownAt = performance.now()
      setRunning(place, { said: { ...said, pace: pace() }, stop })
    }
  } catch (error) {
    said = controller.signal.aborted
      ? { ...said, finish: 'stopped' }
      : { ...said, failure: /** @type {Error} */ (error).message }
  }
  const whole = { ...said, pace: pace() }
  changeLane(chatId, index, (now) => say(now, whole))
  setRunning(place, undefined)
}

/**
 * An answer with one more part; the list of tokens is the same one, longer.
 *
 * @param {Said} said
 * @param {AnswerPart} part
 * @returns {Said}
 */
function withPart(said, { text = '', reasoning = '', tokens, calls = [], finish }) {
  if (tokens !== undefined && said.tokens !== undefined) said.tokens.push(...tokens)
  const all = [...(said.calls ?? [])]
  for (const call of calls) {
    const before = all[call.index]
    all[call.index] = before
      ? { ...before, arguments: before.arguments + call.arguments }
      : { ...call, id: call.id || crypto.randomUUID() }
  }
  return {
    ...said,
    content: said.content + text,
    ...(reasoning === '' ? {} : { reasoning: (said.reasoning ?? '') + reasoning }),
    ...(tokens === undefined || said.tokens !== undefined ? {} : { tokens: [...tokens] }),
    ...(all.length === 0 ? {} : { calls: all }),
    ...(finish === undefined ? {} : { finish }),
  }
}
