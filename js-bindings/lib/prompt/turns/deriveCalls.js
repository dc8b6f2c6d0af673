import { NAME } from './callForms.js'
import { jsonOf, writeCalls } from './writeCalls.js'

/** @import { ArgumentWriting, CallForm, CallPiece, MembersWriting } from './callForms.js' */
/** @import { ChatMessage } from '../readMessages.js' */

/**
 * Renders messages without the beginning of an answer behind them.
 *
 * @callback Render
 * @param {ChatMessage[]} messages
 * @returns {string | undefined} undefined where the template refuses them
 */

const USER = 'realmuser'
const ANSWER = 'realmanswer'
const [FIRST, SECOND] = ['realmnamea', 'realmnameb']
const [KEY_A, KEY_B, KEY_C] = ['realmkeya', 'realmkeyb', 'realmkeyc']
const VALUE = 'realmvalue'
/** As Mistral's templates ask: nine letters and digits. */
const [ID_A, ID_B] = ['realmid01', 'realmid02']

/**
 * How a template writes calls: small chats with them are rendered and compared, and what was learned is written for a larger
 * one, which has to be what the template makes of it.
 *
 * @param {Render} render
 * @param {string | null} eosToken
 * @returns {CallForm | undefined} undefined where it writes none, or in no form that is known here
 */
export function deriveCalls(render, eosToken) {
  const answer = render([user(), { role: 'assistant', content: ANSWER }])
  if (answer === undefined) return undefined
  const [before, end] = [behindUser(answer).split(ANSWER)[0], behindUser(answer).split(ANSWER).at(-1) ?? '']
  const textOf = (/** @type {Calls} */ calls) => {
    const message = { role: /** @type {const} */ ('assistant'), content: null, tool_calls: calls.map(asCall) }
    const text = render([user(), message])
    return text === undefined ? undefined : withoutEnds(behindUser(text), before, end, eosToken)
  }
  const two = { [KEY_A]: 11, [KEY_B]: 22 }
  const text = textOf([[FIRST, two, ID_A]])
  const at = text?.indexOf(FIRST) ?? -1
  if (text === undefined || at < 0) return undefined
  const behind = text.slice(at + FIRST.length)
  const found = jsonIn(behind, two) ?? membersIn(textOf, behind)
  if (found === undefined) return undefined
  const open = text.slice(0, at)
  const pair = textOf([
    [FIRST, two, ID_A],
    [SECOND, two, ID_B],
  ])
  const form = joined(open, found, pair?.includes(end.trim() || '\0') ? undefined : pair, found.args.text)
  return form !== undefined && writesLike(form, textOf) ? form : undefined
}

/** @typedef {[name: string, args: Record<string, unknown>, id: string][]} Calls */
/** @typedef {(calls: Calls) => string | undefined} TextOf */
/** @typedef {{ before: string, args: { text: string, writing: ArgumentWriting }, after: string }} Found */

/** @returns {ChatMessage} */
function user() {
  return { role: 'user', content: USER }
}

/** @param {Calls[number]} call */
function asCall([name, args, id]) {
  return { id, type: 'function', function: { name, arguments: args } }
}

/** @param {string} text */
function behindUser(text) {
  return text.slice(text.lastIndexOf(USER) + USER.length)
}

/**
 * @param {string} text
 * @param {string} before what comes before a plain answer
 * @param {string} end what comes behind one
 * @param {string | null} eosToken
 */
function withoutEnds(text, before, end, eosToken) {
  const whole = text.slice(wholeTags(commonPrefix(text, before)).length)
  if (end.trim() !== '' && whole.endsWith(end)) return whole.slice(0, whole.length - end.length).trim()
  const ends = eosToken === null || eosToken === '' ? -1 : whole.indexOf(eosToken)
  return (ends < 0 ? whole : whole.slice(0, ends)).trim()
}

/**
 * A text without the beginning of a tag at its end.
 *
 * @param {string} text
 */
function wholeTags(text) {
  return text.replace(/(<[^<>]*|\[[^[\]]*)$/, '')
}

/**
 * @param {string} behind what stands behind the name
 * @param {Record<string, unknown>} args
 * @returns {Found | undefined}
 */
function jsonIn(behind, args) {
  for (const spacing of /** @type {const} */ (['single', 'none'])) {
    const text = jsonOf(args, spacing)
    const at = behind.indexOf(text)
    if (at < 0) continue
    return {
      before: behind.slice(0, at),
      args: { text, writing: { kind: 'json', spacing } },
      after: behind.slice(at + text.length),
    }
  }
  return undefined
}

/**
 * The form of arguments that are written member by member.
 *
 * @param {TextOf} textOf
 * @param {string} behind what stands behind the name, of two members
 * @returns {Found | undefined}
 */
function membersIn(textOf, behind) {
  const behindName = (/** @type {Record<string, unknown>} */ args) => {
    const text = textOf([[FIRST, args, ID_A]])
    return text?.slice(text.indexOf(FIRST) + FIRST.length)
  }
  const none = behindName({})
  const parts = splitBy(behind, [KEY_A, '11', KEY_B, '22'])
  const string = behindName({ [KEY_A]: VALUE })
  const swapped = behindName({ [KEY_B]: 22, [KEY_A]: 11 })
  if (none === undefined || parts === undefined || string === undefined || swapped === undefined)
    return undefined
  const [toFirst, afterName, between, afterSecond, behindLast] = parts
  const [, beforeValue, afterValue] = splitBy(string, [KEY_A, VALUE]) ?? []
  if (afterName !== afterSecond || !beforeValue?.startsWith(afterName) || !afterValue?.endsWith(behindLast))
    return undefined
  const quotes = {
    open: beforeValue.slice(afterName.length),
    close: afterValue.slice(0, afterValue.length - behindLast.length),
  }
  // What an object without members has in common with one with some stands around the members.
  let head = wholeTags(commonPrefix(none, toFirst))
  let tail = reversed(commonPrefix(reversed(none.slice(head.length)), reversed(behindLast)))
  // Brackets belong to the object: without them nobody could tell whether a member comes.
  if (head === toFirst) {
    head = head.slice(0, -1)
    tail = tail.slice(1)
  }
  const shape = {
    kind: /** @type {const} */ ('members'),
    empty: none.slice(head.length, none.length - tail.length),
    open: toFirst.slice(head.length),
    afterName,
    between,
    close: behindLast.slice(0, behindLast.length - tail.length),
    // Quotes of JSON and of Python are around strings as JSON has them.
    strings: /^["']$/.test(quotes.open) ? undefined : quotes,
    sorted: swapped.indexOf(KEY_A) < swapped.indexOf(KEY_B),
  }
  const args = { [KEY_A]: { [KEY_C]: [true, null, 3, VALUE] } }
  const nested = textOf([[FIRST, args, ID_A]])
  for (const values of /** @type {const} */ (['json', 'python', 'same'])) {
    /** @type {MembersWriting} */
    const writing = { ...shape, values }
    const piece = /** @type {CallPiece} */ ({ part: 'arguments', writing })
    const form = { trigger: '', open: '', call: [NAME, head, piece], between: undefined, close: tail }
    if (nested?.endsWith(plain(form, [[FIRST, args, ID_A]]))) {
      return {
        before: head,
        args: { text: behind.slice(head.length, behind.length - tail.length), writing },
        after: tail,
      }
    }
  }
  return undefined
}

/**
 * The parts of a text between words that come one after the other.
 *
 * @param {string} text
 * @param {string[]} words
 */
function splitBy(text, words) {
  const parts = []
  let rest = text
  for (const word of words) {
    const at = rest.indexOf(word)
    if (at < 0) return undefined
    parts.push(rest.slice(0, at))
    rest = rest.slice(at + word.length)
  }
  return [...parts, rest]
}

/**
 * The whole form, with what stands between two calls.
 *
 * @param {string} open
 * @param {Found} found
 * @param {string | undefined} pair two calls, undefined where the template takes one alone
 * @param {string} argsText the first one's arguments
 * @returns {CallForm | undefined}
 */
function joined(open, { before, args, after }, pair, argsText) {
  /** @type {CallPiece} */
  const piece = { part: 'arguments', writing: args.writing }
  const second = pair?.indexOf(SECOND) ?? -1
  const afterFirst = pair?.slice(0, Math.max(second, 0)).lastIndexOf(argsText) ?? -1
  let between = second < 0 || afterFirst < 0 ? undefined : pair?.slice(afterFirst + argsText.length, second)
  let opening = open
  let close = after
  /** @type {CallPiece[]} */
  let call = [NAME, before, piece]
  const id = /** @type {const} */ ({ part: 'id', pattern: '[a-zA-Z0-9]{9}' })
  if (open.includes(ID_A)) {
    const [head, tail] = open.split(ID_A)
    ;[opening, call] = [head, [id, tail, ...call]]
    between = between?.split(ID_B)[0]
  } else if (before.includes(ID_A)) {
    const [head, tail] = before.split(ID_A)
    call = [NAME, head, id, tail, piece]
  } else if (after.includes(ID_A)) {
    const [head, tail] = after.split(ID_A)
    ;[call, close] = [[...call, head, id], tail]
    between = between?.split(ID_A)[1]
  }
  return {
    trigger: triggerOf(opening),
    open: opening,
    call: call.filter((each) => each !== ''),
    between,
    close,
  }
}

/**
 * What tells that a call begins: the first tag, or, of a form without tags, all that stands before the name.
 *
 * @param {string} open
 */
function triggerOf(open) {
  return /^(<[^<>\s]+>|<\|[^|\s]+>|\[[A-Z_]+\])/.exec(open)?.[0] ?? open
}

/**
 * Whether a form writes calls as the template does.
 *
 * @param {CallForm} form
 * @param {TextOf} textOf
 */
function writesLike(form, textOf) {
  /** @type {Calls} */
  const one = [[SECOND, { [KEY_A]: VALUE, [KEY_B]: 7, [KEY_C]: [true, { [KEY_A]: 'x' }] }, ID_B]]
  /** @type {Calls} */
  const several = [...one, [FIRST, {}, ID_A], [FIRST, { [KEY_B]: false }, ID_A]]
  const matches = (/** @type {Calls} */ calls) => inJson(textOf(calls) ?? '') === inJson(plain(form, calls))
  return matches(one) && (form.between === undefined || matches(several))
}

/**
 * A text with the words of JSON for those of Python: forms of raw strings are read with either.
 *
 * @param {string} text
 */
function inJson(text) {
  return text.replace(/\b(True|False|None)\b/g, (word) => PYTHON[word])
}

const PYTHON = /** @type {Record<string, string>} */ ({ True: 'true', False: 'false', None: 'null' })

/** @param {CallForm} form @param {Calls} calls */
function plain(form, calls) {
  const written = calls.map(([name, args, id]) => ({ id, name, arguments: args }))
  return writeCalls(form, written)
    .map(({ text }) => text)
    .join('')
}

/** @param {string} a @param {string} b */
function commonPrefix(a, b) {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return a.slice(0, length)
}

/** @param {string} text */
function reversed(text) {
  return [...text].reverse().join('')
}
