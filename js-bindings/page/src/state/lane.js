/** @import { Token, ToolCall } from '../api/streamAnswer.js' */

/**
 * What was said once. A message that is edited or asked for again has others beside it, of the same parent.
 *
 * @typedef {object} Said
 * @property {string} id
 * @property {string} parent the id of what it answers; `ROOT` for the first
 * @property {'user' | 'assistant' | 'tool'} role
 * @property {string} content
 * @property {string} [reasoning]
 * @property {ToolCall[]} [calls]
 * @property {string} [callId] whose result it is
 * @property {Token[]} [tokens]
 * @property {string} [finish] why the answer ended
 * @property {string} [failure]
 * @property {{ tokens: number, seconds: number, firstSeconds: number }} [pace]
 * @property {string} [model] who said it
 *
 * A chat with one model: a tree, of which one branch is seen.
 * @typedef {object} Lane
 * @property {string} model
 * @property {Said[]} all
 * @property {Record<string, string>} chosen which child of a parent is seen
 */

/** What the first messages answer. */
export const ROOT = 'root'

/** @param {string} model @returns {Lane} */
export const emptyLane = (model) => ({ model, all: [], chosen: {} })

/**
 * What is seen, from the first message on.
 *
 * @param {Lane} lane
 */
export function branch({ all, chosen }) {
  const byId = new Map(all.map((said) => [said.id, said]))
  const seen = []
  for (let said = byId.get(chosen[ROOT]); said !== undefined; said = byId.get(chosen[said.id]))
    seen.push(said)
  return seen
}

/**
 * Says something more, which is seen from now on.
 *
 * @param {Lane} lane
 * @param {Said} said
 * @returns {Lane}
 */
export function say(lane, said) {
  return {
    ...lane,
    all: [...lane.all, said],
    chosen: { ...lane.chosen, [said.parent]: said.id },
  }
}

/**
 * All that stand in one message's place, in the order in which they came.
 *
 * @param {Lane} lane
 * @param {Said} said
 */
export function siblings({ all }, { parent }) {
  return all.filter((other) => other.parent === parent)
}

/**
 * Sees another one in its place.
 *
 * @param {Lane} lane
 * @param {Said} said
 * @returns {Lane}
 */
export function choose(lane, { parent, id }) {
  return { ...lane, chosen: { ...lane.chosen, [parent]: id } }
}

/**
 * The messages of a request.
 *
 * @param {readonly Said[]} seen
 * @param {string} system
 */
export function requestMessages(seen, system) {
  return [
    ...(system.trim() === '' ? [] : [{ role: 'system', content: system }]),
    ...seen.map(({ role, content, reasoning, calls, callId }) => ({
      role,
      content: content === '' && calls !== undefined ? null : content,
      ...(reasoning ? { reasoning_content: reasoning } : {}),
      ...(calls === undefined
        ? {}
        : {
            tool_calls: calls.map(({ id, name, arguments: text }) => ({
              id,
              type: 'function',
              function: { name, arguments: text },
            })),
          }),
      ...(callId === undefined ? {} : { tool_call_id: callId }),
    })),
  ]
}
