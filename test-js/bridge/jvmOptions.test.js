import { deepEqual, equal, throws } from 'node:assert/strict'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { jvmOptions } from '../../js-bindings/lib/bridge/jvmOptions.js'

/** @param {string} [added] */
function options(added) {
  return jvmOptions({ classPath: ['/a b/engine.jar', '/more'], env: { REALM_JAVA_OPTIONS: added } })
}

describe('jvmOptions', () => {
  it('puts the class path into one option', () => {
    equal(options()[0], '-Djava.class.path=/a b/engine.jar:/more')
  })

  it('leaves the signals to Node, bounds the heap, and lets a crash leave its file in the temporary folder', () => {
    for (const option of ['-Xrs', '-Xmx1g', `-XX:ErrorFile=${join(tmpdir(), 'realm-java-crash-%p.log')}`]) {
      equal(options().includes(option), true, option)
    }
  })

  it("puts the user's options last, and splits them at spaces outside quotes", () => {
    const added = options('  -Da=1 -Db="two words"\t\'-Dc=it "is"\'\n')
    deepEqual(added.slice(-3), ['-Da=1', '-Db=two words', '-Dc=it "is"'])
    deepEqual(added.slice(0, -3), options())
  })

  it("leaves out its own heap sizes and collector beside the user's", () => {
    const heap = options('-Xmx4g').filter((option) => option.startsWith('-Xm'))
    deepEqual(heap, ['-Xmx4g'])
    const collectors = options('-XX:+UseZGC').filter((option) => option.endsWith('GC'))
    deepEqual(collectors, ['-XX:+UseZGC'])
    equal(options().includes('-Xmn8m'), true)
    equal(options('-XX:+UseZGC').includes('-Xmn8m'), false)
  })

  it('gives Java a second compiler for its own kernels on few cores, unless the user says how many', () => {
    const count = (/** @type {Partial<Parameters<typeof jvmOptions>[0]>} */ where) =>
      jvmOptions({ classPath: ['a'], env: {}, ...where }).filter((option) =>
        option.includes('CICompilerCount'),
      )
    const second = availableParallelism() > 3 ? [] : ['-XX:CICompilerCount=3']
    deepEqual(count({}), second)
    deepEqual(count({ kernels: 'a.so', env: { REALM_KERNELS: 'vector' } }), second)
    deepEqual(count({ kernels: 'a.so' }), [])
    deepEqual(count({ env: { REALM_JAVA_OPTIONS: '-XX:CICompilerCount=2' } }), ['-XX:CICompilerCount=2'])
  })

  it('refuses options that would end the process when Java is out of memory', () => {
    for (const name of ['ExitOnOutOfMemoryError', 'CrashOnOutOfMemoryError']) {
      throws(() => options(`-Da=1 -XX:+${name}`), {
        code: 'INVALID_ARGUMENT',
        message: new RegExp(`REALM_JAVA_OPTIONS has -XX:\\+${name}, .* leave it out`),
      })
    }
  })
})
