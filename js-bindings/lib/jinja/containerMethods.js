import { bindArguments, Callable, REQUIRED } from './calls.js'
import { Dict, equal, JinjaError, Tuple, typeName, View } from './values.js'

/** @import { Value } from './values.js' */

/** What would change a list or dict, which the sandbox of transformers forbids. */
const CHANGES = [
  'append',
  'clear',
  'extend',
  'insert',
  'pop',
  'popitem',
  'remove',
  'reverse',
  'setdefault',
  'sort',
  'update',
]

/**
 * A method that would change its object.
 *
 * @param {Value} object
 * @param {string} name
 */
function change(object, name) {
  return new Callable(name, () => {
    throw new JinjaError(`access to attribute '${name}' of '${typeName(object)}' object is unsafe`)
  })
}

/** A method without arguments. @param {string} name @param {() => Value} call */
function nullary(name, call) {
  return new Callable(name, (args) => {
    bindArguments(name, {}, args)
    return call()
  })
}

/**
 * A method of a list or tuple; undefined if it has none of this name.
 *
 * @param {Value[]} list
 * @param {string} name
 * @returns {Callable | undefined}
 */
export function listMethod(list, name) {
  switch (name) {
    case 'index':
      return new Callable(name, (args) => {
        const { value } = bindArguments(name, { value: REQUIRED }, args)
        const at = list.findIndex((item) => equal(item, value))
        if (at < 0) throw new JinjaError('list.index(x): x not in list')
        return BigInt(at)
      })
    case 'count':
      return new Callable(name, (args) => {
        const { value } = bindArguments(name, { value: REQUIRED }, args)
        return BigInt(list.filter((item) => equal(item, value)).length)
      })
    case 'copy':
      return typeName(list) === 'list' ? nullary(name, () => [...list]) : undefined
    default:
      return CHANGES.includes(name) && typeName(list) === 'list' ? change(list, name) : undefined
  }
}

/**
 * A method of a dict; undefined if it has none of this name.
 *
 * @param {Dict} dict
 * @param {string} name
 * @returns {Callable | undefined}
 */
export function dictMethod(dict, name) {
  switch (name) {
    case 'get':
      return new Callable(name, (args) => {
        const { key, fallback } = bindArguments(name, { key: REQUIRED, fallback: null }, args)
        return dict.has(key) ? dict.get(key) : fallback
      })
    case 'items':
      return nullary(name, () =>
        View.named(
          'dict_items',
          dict.entries().map((entry) => Tuple.from(entry)),
        ),
      )
    case 'keys':
      return nullary(name, () => View.named('dict_keys', dict.keys()))
    case 'values':
      return nullary(name, () => View.named('dict_values', dict.values()))
    case 'copy':
      return nullary(name, () => new Dict(dict.entries()))
    default:
      return CHANGES.includes(name) ? change(dict, name) : undefined
  }
}
