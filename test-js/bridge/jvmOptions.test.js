import { deepEqual, equal, throws } from 'node:assert/strict'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { jvmOptions } from '../../js-bindings/lib/bridge/jvmOptions.js'

const GB = 2 ** 30

/**
 * @param {string} [added]
 * @param {{ memory?: number, env?: NodeJS.ProcessEnv }} [where]
 */
function options(added, { memory = 64 * GB, env = {} } = {}) {
  return jvmOptions({
    classPath: ['/a b/engine.jar', '/more'],
    env: { REALM_JAVA_OPTIONS: added, ...env },
    memory,
  })
}

describe('jvmOptions', () => {
  it('puts the class path into one option', () => {
    equal(options()[0], '-Djava.class.path=/a b/engine.jar:/more')
  })

  it('leaves the signals to Node, bounds the heap, and lets a crash leave its file in the temporary folder', () => {
    for (const option of [
      '-Xrs',
      '-Xmx1024m',
      `-XX:ErrorFile=${join(tmpdir(), 'realm-java-crash-%p.log')}`,
    ]) {
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
    const collectors = options('-XX:+UseZGC').filter((option) => /Use\w+GC$/.test(option))
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

  it('has the second compiler start later with native kernels, except for those of Java beside them', () => {
    const chosen = (/** @type {Partial<Parameters<typeof jvmOptions>[0]>} */ where) =>
      jvmOptions({ classPath: ['a'], env: {}, ...where }).filter((option) =>
        /Tier4InvocationThreshold|Scaling,ai\.realm\.kernels\.vector\.\*::|Scaling,jdk\.incubator\.vector\.\*::\*,/.test(
          option,
        ),
      )
    const command = '-XX:CompileCommand=CompileThresholdScaling'
    const usual = [
      '-XX:Tier4InvocationThreshold=5000',
      `${command},ai.realm.kernels.vector.*::*,0.003`,
      `${command},jdk.incubator.vector.*::*,5.0`,
    ]
    deepEqual(chosen({}), usual)
    deepEqual(chosen({ kernels: 'a.so', env: { REALM_KERNELS: 'vector' } }), usual)
    deepEqual(chosen({ kernels: 'a.so' }), [
      '-XX:Tier4InvocationThreshold=20000',
      `${command},ai.realm.kernels.vector.*::*,0.00075`,
      `${command},jdk.incubator.vector.*::*,5.0`,
    ])
  })

  it('has memory given back where the C library can do that', () => {
    const trims = (/** @type {string | undefined} */ libc) =>
      jvmOptions({ classPath: ['a'], env: {}, libc }).some((option) => option.includes('TrimNativeHeap'))
    deepEqual(['glibc', 'musl', 'none'].map(trims), [true, false, false])
  })

  it('bounds the heap by a quarter of the memory', () => {
    equal(options(undefined, { memory: 400 * 2 ** 20 }).includes('-Xmx100m'), true)
    equal(options(undefined, { memory: 2 * GB }).includes('-Xmx512m'), true)
    equal(options(undefined, { memory: 2 ** 20 }).includes('-Xmx64m'), true)
  })

  it("outranks the environment's collectors, of which Java takes no second one", () => {
    const env = { JAVA_TOOL_OPTIONS: '-XX:+UseG1GC -XX:+AggressiveHeap', JDK_JAVA_OPTIONS: '-XX:+UseZGC' }
    const chosen = (/** @type {string[]} */ all) =>
      all.filter((option) => /Use\w+GC$|Aggressive/.test(option))
    deepEqual(chosen(options('', { env })), [
      '-XX:-UseZGC',
      '-XX:-UseG1GC',
      '-XX:-AggressiveHeap',
      '-XX:+UseSerialGC',
    ])
    deepEqual(chosen(options('-XX:+UseG1GC', { env })), [
      '-XX:-UseZGC',
      '-XX:-AggressiveHeap',
      '-XX:+UseG1GC',
    ])
    deepEqual(chosen(options('', { env: { _JAVA_OPTIONS: '-XX:+UseG1GC' } })), [])
  })

  for (const option of [
    '-XX:+ExitOnOutOfMemoryError',
    '-XX:+CrashOnOutOfMemoryError',
    '-Xss1m',
    '-XX:ThreadStackSize=512',
    '-XX:-ReduceSignalUsage',
  ]) {
    it(`refuses ${option} where it would count, and undoes it where it would not`, () => {
      for (const name of ['REALM_JAVA_OPTIONS', '_JAVA_OPTIONS']) {
        throws(() => options('', { env: { [name]: `-Da=1 "${option}"` } }), {
          code: 'INVALID_ARGUMENT',
          message: new RegExp(
            `The variable ${name} has ${option.replace('+', '\\+')}, which would .*: leave it out`,
          ),
        })
      }
      deepEqual(options('', { env: { JAVA_TOOL_OPTIONS: option, JDK_JAVA_OPTIONS: option } }), options())
    })
  }

  for (const option of [
    '-XX:StartFlightRecording',
    '-XX:StartFlightRecording=duration=1s',
    '-XX:+FlightRecorder',
    '-XX:OnOutOfMemoryError=kill -9 %p',
  ]) {
    it(`refuses ${option} wherever it stands`, () => {
      for (const name of ['REALM_JAVA_OPTIONS', '_JAVA_OPTIONS', 'JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS']) {
        throws(() => options('', { env: { [name]: `-Da=1 "${option}"` } }), { code: 'INVALID_ARGUMENT' })
      }
    })
  }
})
