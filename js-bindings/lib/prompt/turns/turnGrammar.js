import { markerBehind } from './readMembers.js'
import { typesOf } from './typesOf.js'

/** @import { EngineFormat } from '../../generation/format.js' */
/** @import { ArgumentWriting, CallForm, MembersWriting } from './callForms.js' */
/** @import { ThoughtForm } from './thoughts.js' */
/** @import { TurnTool } from './TurnFormat.js' */

/**
 * A part of a turn, as the engine takes it: a text as it stands, special tokens among it; parts one behind the other; one
 * of some; a rule; text that is free until a marker; arguments; or what a format asks for.
 *
 * @typedef {{ text: string } | { sequence: TurnPart[] } | { either: TurnPart[] } | { ref: string }
 *   | { free: FreePart } | { arguments: unknown, writing: MembersPart, what: string }
 *   | { schema: unknown, spacing?: string, order?: string, schemas?: Record<string, unknown>, what?: string }
 *   | { regex: string } | { choices: string[] } | { grammar: string }} TurnPart
 */

/**
 * @typedef {object} FreePart
 * @property {{ marker: string, behind: TurnPart }[]} until
 * @property {string[]} [without] what it never has in it
 * @property {string[]} [notStarting] what it does not begin with
 * @property {boolean} [ends] whether the turn may end in it
 * @property {number} [tokens] the most, after which the first marker comes
 */

/** @typedef {Omit<MembersWriting, 'kind'> & { marker: string, raw: Record<string, string> }} MembersPart */

/**
 * What a turn shall be like.
 *
 * @typedef {object} TurnRules
 * @property {ThoughtForm | undefined} thoughts
 * @property {ThoughtForm | undefined} said what stands around the text of an answer
 * @property {CallForm | undefined} calls
 * @property {readonly TurnTool[]} tools those that may be called
 * @property {boolean} mustCall
 * @property {boolean} mayRepeat whether several calls may come
 * @property {boolean} mayThink
 * @property {number | undefined} budget tokens of thoughts
 * @property {boolean} inThought whether the prompt has begun a thought
 * @property {EngineFormat | undefined} answer
 */

/** White space that may stand between a thought and what follows. */
const SPACE = { regex: '[ \\n]{0,2}' }

/**
 * The grammar of a turn.
 *
 * @param {TurnRules} rules
 * @returns {{ rules: Record<string, TurnPart>, root: TurnPart }}
 */
export function turnGrammar(rules) {
  const { thoughts, mayThink, inThought, budget } = rules
  /** @type {Record<string, TurnPart>} */
  const named = { body: bodyOf(rules) }
  if (rules.calls !== undefined && rules.tools.length > 0) named.call = callOf(rules)
  if (thoughts === undefined) return { rules: named, root: { ref: 'body' } }
  const { open, close } = thoughts
  if (!mayThink) {
    const root = { ref: 'body' }
    return { rules: named, root: inThought ? sequence({ text: close }, root) : root }
  }
  named.thought = { free: { until: [{ marker: close, behind: { ref: 'body' } }], tokens: budget } }
  if (inThought) return { rules: named, root: { ref: 'thought' } }
  // Where the text is free, the thought's marker ends it.
  const isFree = rules.answer === undefined && !rules.mustCall
  const root = isFree
    ? { ref: 'body' }
    : either(sequence({ text: open }, { ref: 'thought' }), { ref: 'body' })
  return { rules: named, root }
}

/** @param {TurnRules} rules @returns {TurnPart} what comes behind the thoughts */
function bodyOf(rules) {
  const { thoughts, calls, tools, mustCall, mayThink, answer } = rules
  const mayCall = calls !== undefined && tools.length > 0
  const called = mayCall ? [sequence(SPACE, { text: calls.open }, { ref: 'call' })] : []
  if (mustCall) return called[0]
  if (answer !== undefined) return either(...called, sequence(SPACE, answered(rules, answerPart(answer))))
  /** @type {{ marker: string, behind: TurnPart }[]} */
  const until = saidOf(rules)
  const without = []
  if (calls !== undefined && !mayCall && hasTag(calls)) without.push(calls.trigger)
  if (thoughts !== undefined && mayThink) until.push({ marker: thoughts.open, behind: { ref: 'thought' } })
  else if (thoughts !== undefined) without.push(thoughts.open)
  if (!mayCall) return { free: { until, without, ends: true } }
  if (hasTag(calls)) {
    const { trigger, open } = calls
    const behind = sequence({ text: open.slice(trigger.length) }, { ref: 'call' })
    return { free: { until: [...until, { marker: trigger, behind }], without, ends: true } }
  }
  // Without a tag, what begins as a call of a tool is one; at the beginning of a turn its first words suffice.
  const starts = tools.map((tool) => ({
    marker: startOf(calls, tool),
    behind: sequence(...piecesOf(calls, tool, 2), endOf(rules)),
  }))
  const free = { until: [...until, ...starts], without, notStarting: [calls.open], ends: true }
  return either(called[0], { free })
}

/**
 * Text between markers of its own, with which the turn ends.
 *
 * @param {TurnRules} rules
 */
function saidOf({ said }) {
  if (said === undefined) return []
  const text = { free: { until: [{ marker: said.close, behind: { text: '' } }] } }
  return [{ marker: said.open, behind: text }]
}

/**
 * Whether a call begins with a tag, by which it is known.
 *
 * @param {CallForm} calls
 */
export function hasTag({ trigger }) {
  return /^[<[]/.test(trigger)
}

/**
 * How a call of a tool begins, up to the arguments.
 *
 * @param {CallForm} calls of a form without a tag, whose first pieces are the name and a text
 * @param {TurnTool} tool
 */
export function startOf({ open, call }, { name }) {
  return `${open}${name}${call[1]}`
}

/** @param {TurnRules} rules @returns {TurnPart} a call, from behind what opens it, and what follows */
function callOf(rules) {
  const { calls, tools } = rules
  const form = /** @type {CallForm} */ (calls)
  return sequence(either(...tools.map((tool) => sequence(...piecesOf(form, tool, 0)))), endOf(rules))
}

/** @param {TurnRules} rules @returns {TurnPart} */
function endOf({ calls, mayRepeat }) {
  const { between, close } = /** @type {CallForm} */ (calls)
  if (!mayRepeat || between === undefined) return { text: close }
  return either({ text: close }, sequence({ text: between }, { ref: 'call' }))
}

/**
 * @param {CallForm} calls
 * @param {TurnTool} tool
 * @param {number} from which piece
 * @returns {TurnPart[]}
 */
function piecesOf({ call }, tool, from) {
  return call.slice(from).map((piece) => {
    if (typeof piece === 'string') return { text: piece }
    if (piece.part === 'name') return { text: tool.name }
    if (piece.part === 'id') return { regex: piece.pattern }
    return argumentsPart(piece.writing, tool)
  })
}

/**
 * @param {ArgumentWriting} writing
 * @param {TurnTool} tool
 * @returns {TurnPart}
 */
export function argumentsPart(writing, { name, parameters }) {
  // Arguments are an object, whatever else a schema admits; its references point into it as it is.
  const schema = typeof parameters === 'object' ? { ...parameters, type: 'object' } : { type: 'object' }
  const what = `tools.${name}.parameters`
  if (writing.kind === 'json') return { schema, spacing: writing.spacing, what }
  const { properties = {} } = /** @type {{ properties?: Record<string, unknown> }} */ (parameters)
  const { kind, sorted, ...form } = writing
  const kinds = Object.entries(properties).map(([member, value]) => {
    const types = typesOf(value, parameters)
    return [member, !types.has('string') ? 'json' : types.size === 1 ? 'string' : 'either']
  })
  return {
    arguments: schema,
    writing: { ...form, sorted, marker: markerBehind(writing), raw: Object.fromEntries(kinds) },
    what,
  }
}

/** @param {TurnRules} rules @param {TurnPart} answer @returns {TurnPart} */
function answered({ said }, answer) {
  return said === undefined ? answer : sequence({ text: said.open }, answer, { text: said.close })
}

/** @param {EngineFormat} answer @returns {TurnPart} */
export function answerPart({ closeAtLimit, ...format }) {
  return /** @type {TurnPart} */ (format) // Nobody has a turn within a turn.
}

/** @param {TurnPart[]} parts @returns {TurnPart} */
export function sequence(...parts) {
  return parts.length === 1 ? parts[0] : { sequence: parts }
}

/** @param {TurnPart[]} options @returns {TurnPart} */
export function either(...options) {
  return options.length === 1 ? options[0] : { either: options }
}
