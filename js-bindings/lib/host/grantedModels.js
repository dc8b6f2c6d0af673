import { invalidArgument } from '../arguments/invalidArgument.js'
import { engineModelOf, Model } from '../Model.js'
import { storedModelId } from '../storage/storedModelId.js'

/**
 * A check for models that a guest is granted: as the engine takes them.
 *
 * @param {unknown} value
 * @param {string} name
 */
export function grantedModels(value, name) {
  if (!Array.isArray(value)) throw invalidArgument(name, value, 'an array of models')
  return Array.from(value, (model, index) => granted(model, `${name}[${index}]`))
}

/**
 * @param {unknown} model
 * @param {string} name
 */
function granted(model, name) {
  if (model instanceof Model) {
    const engine = engineModelOf(model)
    engine.mustBeOpen()
    return { loaded: engine.id }
  }
  if (typeof model !== 'number') {
    throw invalidArgument(name, model, 'a loaded model, or an id that storeModel() gave')
  }
  return { stored: storedModelId(model, name) }
}
