import { readJson } from './readArguments.js'
import { typesOf } from './typesOf.js'

/** @import { MembersWriting } from './callForms.js' */
/** @import { CharacterSource, Reads } from './CharacterSource.js' */

/** @typedef {(json: string) => void} EmitJson */

/** What the words of Python are in JSON. */
const PYTHON_WORDS = /** @type {Record<string, string>} */ ({ True: 'true', False: 'false', None: 'null' })

/**
 * Reads arguments that are written member by member.
 *
 * @param {CharacterSource} source
 * @param {MembersWriting} writing
 * @param {unknown} schema
 * @param {EmitJson} emit takes the pieces of their JSON
 * @returns {Reads<Record<string, unknown> | undefined>} undefined where they were cut off
 */
export function* readMembers(source, writing, schema, emit) {
  let json = ''
  const collect = (/** @type {string} */ piece) => {
    json += piece
    emit(piece)
  }
  const { properties = {} } = /** @type {{ properties?: Record<string, unknown> }} */ (schema)
  const typesOfMember = (/** @type {string} */ name) => typesOf(properties[name], schema)
  return (yield* membersOf(source, writing, typesOfMember, collect)) ? JSON.parse(json) : undefined
}

/**
 * The marker behind a string that is raw as far as it goes: what comes behind a value in any case, up to its first tag's end.
 *
 * @param {MembersWriting} writing
 */
export function markerBehind({ between, close }) {
  let length = 0
  while (length < close.length && between[length] === close[length]) length++
  const common = close.slice(0, length)
  return common.slice(0, common.indexOf('>') + 1 || length)
}

/**
 * @param {CharacterSource} source
 * @param {MembersWriting} writing
 * @param {(name: string) => ReadonlySet<string>} typesOfMember
 * @param {EmitJson} emit
 * @returns {Reads<boolean>} whether they were whole
 */
function* membersOf(source, writing, typesOfMember, emit) {
  const { empty, open, afterName, between, close } = writing
  const begun = yield* source.oneOf([empty, open])
  if (begun === undefined) return false
  emit('{')
  // A form whose empty object is as its others begin has a name behind it.
  if (begun === empty && begun !== open) {
    emit('}')
    return true
  }
  for (let comma = ''; ; comma = ', ') {
    let name = ''
    const named = yield* source.until([afterName], (text) => {
      name += text
    })
    if (named === undefined) return false
    emit(`${comma}${JSON.stringify(name)}: `)
    const isRaw = writing.strings !== undefined && writing.strings.open === ''
    let read = ''
    if (isRaw) {
      read = markerBehind(writing)
      if (!(yield* rawValue(source, read, typesOfMember(name), emit))) return false
    } else if (!(yield* readValue(source, writing, emit))) return false
    const found = yield* source.oneOf([between.slice(read.length), close.slice(read.length)])
    if (found === undefined) return false
    if (found === close.slice(read.length)) break
  }
  emit('}')
  return true
}

/**
 * A value up to a marker: a string as it is, or JSON.
 *
 * @param {CharacterSource} source
 * @param {string} marker
 * @param {ReadonlySet<string>} types that the value may have
 * @param {EmitJson} emit
 * @returns {Reads<boolean>}
 */
function* rawValue(source, marker, types, emit) {
  if (types.size === 1 && types.has('string')) {
    emit('"')
    const found = yield* source.until([marker], (text) => emit(JSON.stringify(text).slice(1, -1)))
    emit('"')
    return found !== undefined
  }
  let text = ''
  const found = yield* source.until([marker], (piece) => {
    text += piece
  })
  if (found === undefined) return false
  // Where both may be, no string is written that looks like another value.
  const isOther = !types.has('string') || /^[-\d{["]|^(true|false|null|True|False|None)$/.test(text)
  emit(isOther ? (PYTHON_WORDS[text] ?? text) : JSON.stringify(text))
  return true
}

/**
 * @param {CharacterSource} source
 * @param {MembersWriting} writing
 * @param {EmitJson} emit
 * @returns {Reads<boolean>}
 */
function* readValue(source, writing, emit) {
  const { strings } = writing
  if (strings !== undefined && (yield* source.expect(strings.open))) {
    emit('"')
    const found = yield* source.until([strings.close], (text) => emit(JSON.stringify(text).slice(1, -1)))
    emit('"')
    return found !== undefined
  }
  if (writing.values === 'json') return (yield* readJson(source, emit)) !== undefined
  const first = yield* source.next()
  source.unread(first)
  if (first === "'") return yield* singleQuoted(source, emit)
  if (first === '"') return (yield* readJson(source, emit)) !== undefined
  if (first === '[') return yield* listOf(source, writing, emit)
  if (first === '{') return yield* membersOf(source, nestedOf(writing), () => new Set(), emit)
  let word = ''
  yield* readJson(source, (piece) => {
    word += piece
  })
  emit(PYTHON_WORDS[word] ?? word)
  return word !== ''
}

/**
 * A string of Python in single quotes, in which nothing is escaped.
 *
 * @param {CharacterSource} source
 * @param {EmitJson} emit
 * @returns {Reads<boolean>}
 */
function* singleQuoted(source, emit) {
  yield* source.expect("'")
  emit('"')
  const found = yield* source.until(["'"], (text) => emit(JSON.stringify(text).slice(1, -1)))
  emit('"')
  return found !== undefined
}

/**
 * @param {CharacterSource} source
 * @param {MembersWriting} writing
 * @param {EmitJson} emit
 * @returns {Reads<boolean>}
 */
function* listOf(source, writing, emit) {
  const between = writing.values === 'same' ? writing.between : ', '
  yield* source.expect('[')
  emit('[')
  if (!(yield* source.expect(']'))) {
    for (let isFirst = true; ; isFirst = false) {
      if (!isFirst) emit(', ')
      if (!(yield* readValue(source, writing, emit))) return false
      const found = yield* source.oneOf([between, ']'])
      if (found === undefined) return false
      if (found === ']') break
    }
  }
  emit(']')
  return true
}

/**
 * How objects within values are written.
 *
 * @param {MembersWriting} writing
 * @returns {MembersWriting}
 */
function nestedOf(writing) {
  if (writing.values === 'same')
    return writing.open === '{' ? writing : { ...writing, empty: '{}', open: '{', close: '}' }
  return { ...writing, empty: '{}', open: '{"', afterName: '": ', between: ', "', close: '}' }
}
