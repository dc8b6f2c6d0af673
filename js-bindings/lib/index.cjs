// For require(): not every Node 20 can require ES modules, so they are imported here, and classes stand in for theirs.

/** @typedef {typeof import('./index.js', { with: { 'resolution-mode': 'import' } })} Realm */

/** @type {Realm | undefined} */
let realm
const importing = import('./index.js').then((module) => {
  realm = module
  return module
})
// Whatever is wrong is reported by the functions, which wait for the same promise.
importing.catch(() => undefined)

/**
 * A function of the ES module that returns a promise.
 *
 * @template {'closeSession' | 'computeLogits' | 'createGuest' | 'detectRuntime' | 'embedTokens' | 'forwardLayer'
 *   | 'getModelInfo' | 'getTensor' | 'loadModel' | 'openSession' | 'removeModel' | 'storeModel'} Name
 * @param {Name} name
 * @returns {Realm[Name]}
 */
function imported(name) {
  const call = async (/** @type {any[]} */ ...args) => {
    const called = /** @type {(...args: any[]) => Promise<any>} */ ((await importing)[name])
    return called(...args)
  }
  Object.defineProperty(call, 'name', { value: name })
  return /** @type {Realm[Name]} */ (call)
}

/** @type {Realm['hostImports']} */
function hostImports(memory, options) {
  if (realm === undefined) {
    const message = 'The engine was not started so far: await detectRuntime() or loadModel() first.'
    throw Object.assign(new Error(message), { name: 'RealmError', code: 'JVM_START_FAILED' })
  }
  return realm.hostImports(memory, options)
}

/**
 * A class for `instanceof` that knows the instances of the ES module's class. Until that is imported there are none.
 *
 * @param {'AbortError' | 'Guest' | 'Model' | 'RealmError'} name
 */
function standIn(name) {
  const type = class {
    constructor() {
      throw new TypeError(`Instances of ${name} come from realm-ai's functions alone, as loadModel().`)
    }

    /** @param {unknown} value */
    static [Symbol.hasInstance](value) {
      return realm !== undefined && value instanceof realm[name]
    }
  }
  Object.defineProperty(type, 'name', { value: name })
  return type
}

module.exports = {
  closeSession: imported('closeSession'),
  computeLogits: imported('computeLogits'),
  createGuest: imported('createGuest'),
  detectRuntime: imported('detectRuntime'),
  embedTokens: imported('embedTokens'),
  forwardLayer: imported('forwardLayer'),
  getModelInfo: imported('getModelInfo'),
  getTensor: imported('getTensor'),
  hostImports,
  loadModel: imported('loadModel'),
  openSession: imported('openSession'),
  removeModel: imported('removeModel'),
  storeModel: imported('storeModel'),
  AbortError: standIn('AbortError'),
  Guest: standIn('Guest'),
  Model: standIn('Model'),
  RealmError: standIn('RealmError'),
}
