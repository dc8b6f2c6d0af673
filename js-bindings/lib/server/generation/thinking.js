import { RealmError } from '../../errors/RealmError.js'

/** @import { Model } from '../../Model.js' */
/** @import { Reasoning } from '../../types.d.ts' */
/** @import { Call } from '../Call.js' */

/** Whether models think, once that was asked. @type {WeakMap<Model, boolean>} */
const known = new WeakMap()

/**
 * How a model is to think, as far as it can: asking one that does not think for thoughts has no effect, which the answer says.
 *
 * @param {Call} call
 * @param {Model} model
 * @param {Reasoning | undefined} asked
 * @param {string} field that asks for it
 * @returns {Reasoning | undefined}
 */
export function thinking(call, model, asked, field) {
  if (asked === undefined || asked === false || thinks(model)) return asked
  call.ignored.push(field)
  return undefined
}

/** @param {Model} model */
export function thinks(model) {
  const found = known.get(model) ?? takesThoughts(model)
  known.set(model, found)
  return found
}

/** @param {Model} model */
function takesThoughts(model) {
  try {
    // Nothing runs before the first piece is asked for.
    model.stream([{ role: 'user', content: 'Hi' }], { reasoning: true })
    return true
  } catch (error) {
    if (error instanceof RealmError && error.code === 'INVALID_ARGUMENT') return false
    throw error
  }
}

/**
 * A level of effort as the library takes it.
 *
 * @param {string | null | undefined} effort `none` is no thinking
 * @returns {Reasoning | undefined}
 */
export function effortOf(effort) {
  if (effort === undefined || effort === null) return undefined
  return effort === 'none' ? false : { effort }
}
