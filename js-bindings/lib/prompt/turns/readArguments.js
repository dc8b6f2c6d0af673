import { readMembers } from './readMembers.js'

/** @import { ArgumentWriting } from './callForms.js' */
/** @import { CharacterSource, Reads } from './CharacterSource.js' */

/**
 * Reads a call's arguments.
 *
 * @param {CharacterSource} source
 * @param {ArgumentWriting} writing
 * @param {unknown} schema of the arguments: what is written alike may be a string or a number
 * @param {(json: string) => void} emit takes the pieces of their JSON
 * @returns {Reads<Record<string, unknown> | undefined>} undefined where they were cut off
 */
export function* readArguments(source, writing, schema, emit) {
  if (writing.kind === 'members') return yield* readMembers(source, writing, schema, emit)
  const json = yield* readJson(source, emit)
  return json === undefined ? undefined : JSON.parse(json)
}

/**
 * Reads a value that is written as JSON: an object, an array, a string, or a word or number, which ends before what belongs
 * to neither.
 *
 * @param {CharacterSource} source
 * @param {(json: string) => void} emit takes its pieces
 * @returns {Reads<string | undefined>} it as a whole
 */
export function* readJson(source, emit) {
  let json = ''
  let depth = 0
  let inString = false
  for (;;) {
    const character = yield* source.next()
    if (character === '') return depth === 0 && !inString && json !== '' ? json : undefined
    if (depth === 0 && !inString && json !== '' && !/[\w.+-]/.test(character)) {
      source.unread(character)
      return json
    }
    json += character
    emit(character)
    if (inString) {
      if (character === '\\') {
        const escaped = yield* source.next()
        json += escaped
        emit(escaped)
      } else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '{' || character === '[') depth++
    else if (character === '}' || character === ']') depth--
    if (depth === 0 && !inString && /["}\]]/.test(character)) return json
  }
}
