import { readArguments } from './readArguments.js'

/** @import { CallForm } from './callForms.js' */
/** @import { CharacterSource, Reads } from './CharacterSource.js' */
/** @import { TurnTool } from './TurnFormat.js' */
/** @import { Emit } from './TurnReader.js' */

/**
 * What is known where calls begin.
 *
 * @typedef {{ calls: CallForm, tools: readonly TurnTool[], newId: () => string, emit: Emit, index: number }} Calls
 */

/**
 * Reads calls, from before the first one to behind the last one.
 *
 * @param {CharacterSource} source
 * @param {Calls} options
 * @returns {Reads<number | undefined>} how many calls the turn has then; undefined where none begins, and nothing was read
 */
export function* readCalls(source, { index: before, ...options }) {
  const { open, between, close } = options.calls
  let index = before
  if (!(yield* source.expect(open))) return undefined
  for (;;) {
    if (!(yield* readCall(source, { ...options, index }))) return index
    index++
    const found = yield* source.oneOf(between === undefined ? [close] : [between, close])
    if (found === undefined || found !== between) return index
  }
}

/**
 * @param {CharacterSource} source
 * @param {Calls} options
 * @returns {Reads<boolean>} whether it was whole
 */
function* readCall(source, { calls, tools, newId, emit, index }) {
  const names = tools.map(({ name }) => name)
  let name = ''
  /** @type {string | undefined} */
  let id
  /** @type {Record<string, unknown> | undefined} */
  let args
  for (const [at, piece] of calls.call.entries()) {
    if (typeof piece === 'string') {
      if (!(yield* source.expect(piece))) return false
    } else if (piece.part === 'name') {
      const read = yield* source.oneOf(names)
      if (read === undefined) return false
      name = read
    } else if (piece.part === 'id') {
      const next = calls.call[at + 1]
      const read = yield* readId(source, typeof next === 'string' ? next : '')
      // One that stands behind the arguments comes too late: the call has an id since it began.
      id ??= read
    } else {
      id ??= newId()
      emit({ type: 'toolCallStart', index, id, name })
      const schema = tools.find((tool) => tool.name === name)?.parameters
      args = yield* readArguments(source, piece.writing, schema ?? {}, (json) =>
        emit({ type: 'toolCallDelta', index, arguments: json }),
      )
      if (args === undefined) return false
    }
  }
  if (args === undefined || id === undefined) return false
  emit({ type: 'toolCall', index, id, name, arguments: args })
  return true
}

/**
 * @param {CharacterSource} source
 * @param {string} next what stands behind the id; where it is empty, a sign that is in no id
 * @returns {Reads<string>}
 */
function* readId(source, next) {
  let id = ''
  for (;;) {
    const character = yield* source.next()
    if (!/^[\w.:-]$/.test(character) || next.startsWith(character)) {
      source.unread(character)
      return id
    }
    id += character
  }
}
