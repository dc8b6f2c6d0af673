import { jsonArguments } from './callForms.js'
import { readArguments } from './readArguments.js'
import { answerPart, argumentsPart, either, sequence } from './turnGrammar.js'

/** @import { CharacterSource, Reads } from './CharacterSource.js' */
/** @import { Emit } from './TurnReader.js' */
/** @import { TurnTool } from './TurnFormat.js' */
/** @import { TurnPart, TurnRules } from './turnGrammar.js' */

// Turns of gpt-oss: messages, each in a channel (analysis for thoughts, commentary for calls and what is said before them,
// final for the answer). Source: https://developers.openai.com/cookbook/articles/openai-harmony

const CHANNEL = '<|channel|>'
const MESSAGE = '<|message|>'
const END = '<|end|>'
const NEXT = '<|start|>assistant'

/** The texts by which a reader of such a turn finds its way. */
export const HARMONY_SIGNS = [CHANNEL, MESSAGE, END, NEXT, '<|constrain|>']

/**
 * Whether a template writes messages in channels.
 *
 * @param {string} source
 */
export function isHarmony(source) {
  return source.includes(CHANNEL) && source.includes(MESSAGE)
}

/**
 * The grammar of such a turn. It has one call at most, with which it ends.
 *
 * @param {TurnRules} rules
 * @returns {{ rules: Record<string, TurnPart>, root: TurnPart }}
 */
export function harmonyGrammar({ tools, mustCall, mayThink, budget, answer }) {
  const until = [{ marker: END, behind: sequence({ text: NEXT }, { ref: 'message' }) }]
  const messages = []
  if (mayThink) {
    messages.push(sequence({ text: `${CHANNEL}analysis${MESSAGE}` }, { free: { until, tokens: budget } }))
  }
  if (tools.length > 0) {
    const called = tools.map((tool) => {
      const args = argumentsPart({ kind: 'json', spacing: 'single' }, tool)
      return either(
        sequence(
          { text: `${CHANNEL}commentary to=functions.${tool.name} <|constrain|>json${MESSAGE}` },
          args,
        ),
        sequence({ text: ` to=functions.${tool.name}${CHANNEL}commentary json${MESSAGE}` }, args),
      )
    })
    messages.push(either(...called))
    if (!mustCall) messages.push(sequence({ text: `${CHANNEL}commentary${MESSAGE}` }, { free: { until } }))
  }
  if (!mustCall) {
    const text =
      answer === undefined ? { free: { until: [], without: [END], ends: true } } : answerPart(answer)
    messages.push(sequence({ text: `${CHANNEL}final${MESSAGE}` }, text))
  }
  return { rules: { message: either(...messages) }, root: { ref: 'message' } }
}

/**
 * Reads such a turn.
 *
 * @param {{ tools: readonly TurnTool[], newId: () => string }} reading
 * @returns {(source: CharacterSource, emit: Emit) => Reads<void>}
 */
export function readHarmony({ tools, newId }) {
  const { writing } = /** @type {any} */ (jsonArguments())
  return function* (source, emit) {
    for (let index = 0; ; ) {
      let header = ''
      const begun = yield* source.until([MESSAGE], (text) => {
        header += text
      })
      if (begun === undefined) return
      const name = /to=functions\.([^\s<]+)/.exec(header)?.[1]
      if (name === undefined) {
        const type = header.includes('analysis') ? /** @type {const} */ ('reasoning') : 'text'
        const found = yield* source.until([END], (text) => emit({ type, text }))
        if (found === undefined) return
      } else {
        const id = newId()
        emit({ type: 'toolCallStart', index, id, name })
        const schema = tools.find((tool) => tool.name === name)?.parameters ?? {}
        const args = yield* readArguments(source, writing, schema, (json) =>
          emit({ type: 'toolCallDelta', index, arguments: json }),
        )
        if (args === undefined) return
        emit({ type: 'toolCall', index, id, name, arguments: args })
        index++
      }
      yield* source.oneOf([END])
      yield* source.expect(NEXT)
    }
  }
}
