// For require(): not every Node 20 can require ES modules, so they are imported here, and classes stand in for theirs.

/** @typedef {typeof import('./index.js', { with: { 'resolution-mode': 'import' } })} Realm */

/** @type {Realm | undefined} */
let realm
const importing = import('./index.js').then((module) => {
  realm = module
  return module
})
// Whatever is wrong is reported by loadModel, which waits for the same promise.
importing.catch(() => undefined)

/** @type {Realm['loadModel']} */
async function loadModel(source, options) {
  return (await importing).loadModel(source, options)
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
 * @param {'AbortError' | 'Model' | 'RealmError'} name
 */
function standIn(name) {
  const type = class {
    constructor() {
      throw new TypeError(`Instances of ${name} come from realm-ai alone: call loadModel().`)
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
  hostImports,
  loadModel,
  AbortError: standIn('AbortError'),
  Model: standIn('Model'),
  RealmError: standIn('RealmError'),
}
