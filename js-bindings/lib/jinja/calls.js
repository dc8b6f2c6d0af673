import { Attributes, JinjaError } from './values.js'

/** @import { Value } from './values.js' */

/**
 * What a call is given: by position, and by name.
 *
 * @typedef {{ positional: Value[], named: Map<string, Value> }} CallArguments
 */

/** Something that templates can call: a function, a method or a macro; it may have attributes, as `loop` has. */
export class Callable extends Attributes {
  /**
   * @param {string} name
   * @param {(args: CallArguments) => Value} call
   * @param {Iterable<[string, Value]>} [attributes]
   */
  constructor(name, call, attributes = []) {
    super('function', attributes)
    this.name = name
    this.call = call
  }
}

/** What a parameter's default is where there is none. */
export const REQUIRED = Symbol('required')

/**
 * The arguments of a call by their parameters' names.
 *
 * @template {string} Name
 * @param {string} name of what is called
 * @param {Readonly<Record<Name, Value>>} parameters their defaults, in the order of their positions
 * @param {CallArguments} args
 * @returns {Record<Name, Value>}
 */
export function bindArguments(name, parameters, { positional, named }) {
  const names = /** @type {Name[]} */ (Object.keys(parameters))
  if (positional.length > names.length) {
    throw new JinjaError(`${name}() takes ${names.length} arguments, received ${positional.length}`)
  }
  const bound = /** @type {Record<Name, Value>} */ ({ ...parameters })
  names.slice(0, positional.length).forEach((parameter, index) => {
    bound[parameter] = positional[index]
  })
  for (const [parameter, value] of named) {
    if (!names.includes(/** @type {Name} */ (parameter))) {
      throw new JinjaError(`${name}() has no argument named '${parameter}'`)
    }
    bound[/** @type {Name} */ (parameter)] = value
  }
  const missing = names.find((parameter) => bound[parameter] === REQUIRED)
  if (missing !== undefined) throw new JinjaError(`${name}() misses its argument '${missing}'`)
  return bound
}
