import { deepEqual, equal, match, throws } from 'node:assert/strict'
import { explainMissing } from '../../js-bindings/lib/bridge/explainMissing.js'
import { findRuntime } from '../../js-bindings/lib/bridge/findRuntime.js'
import { RealmError } from '../../js-bindings/lib/errors/RealmError.js'

const JAVA = { home: '/java', version: '25.0.3', libjvm: '/java/libjvm.so' }
const ADDON = { call: () => '' }

const there = {
  java: () => JAVA,
  addon: () => ({ file: '/realm.node', addon: ADDON }),
  engine: () => '/realm.jar',
}

const missing = (code, message) => () => {
  throw new RealmError(code, message, { cause: message })
}

const errorOf = (ways) => {
  try {
    findRuntime({ ...there, ...ways })
  } catch (error) {
    return error
  }
}

describe('findRuntime', () => {
  it('finds all that was built', () => {
    const { java, addon, engine } = findRuntime()
    match(java.version, /^\d+/)
    equal(typeof addon.hostCall, 'function')
    match(engine, /realm-engine\.jar$/)
  })

  it('gives what is there', () => {
    deepEqual(findRuntime(there), { java: JAVA, addon: ADDON, engine: '/realm.jar' })
  })

  it('says in one error all that is missing and all that was found', () => {
    const java = missing('JAVA_NOT_FOUND', 'No Java. Searched: /a.')
    const addon = missing('ADDON_NOT_FOUND', 'No addon. Searched: /b.')
    const engine = missing('JVM_START_FAILED', 'No engine.')
    const found = {
      java: 'Java 25.0.3 at /java',
      addon: 'the addon /realm.node',
      engine: 'the engine /realm.jar',
    }
    const expected = [
      [{ java }, 'JAVA_NOT_FOUND', `No Java. Searched: /a. What was found: ${found.addon}; ${found.engine}.`],
      [
        { addon },
        'ADDON_NOT_FOUND',
        `No addon. Searched: /b. What was found: ${found.java}; ${found.engine}.`,
      ],
      [{ engine }, 'JVM_START_FAILED', `No engine. What was found: ${found.java}; ${found.addon}.`],
      [
        { java, addon, engine },
        'JAVA_NOT_FOUND',
        'No Java. Searched: /a. No addon. Searched: /b. No engine.',
      ],
    ]
    for (const [ways, code, message] of expected) {
      const error = errorOf(ways)
      deepEqual([error.name, error.code, error.message], ['RealmError', code, message])
    }
    equal(errorOf({ java, engine }).cause, 'No Java. Searched: /a.')
  })

  it('says once what keeps several of them away', () => {
    const failing =
      (code, kind) =>
      ({ explain }) => {
        throw new RealmError(code, `No ${kind}. ${explain(kind)}`.trim())
      }
    const { message } = errorOf({
      java: failing('JAVA_NOT_FOUND', 'runtime'),
      addon: failing('ADDON_NOT_FOUND', 'addon'),
      engine: failing('JVM_START_FAILED', 'addon'),
    })
    const why = explainMissing('addon')
    equal(message, `No runtime. No addon. No addon. ${why}`)
    match(why, /npm run build/)
  })

  it('lets defects through', () => {
    const defect = new TypeError('a defect')
    const broken = () => {
      throw defect
    }
    throws(() => findRuntime({ ...there, addon: broken }), defect)
  })
})
