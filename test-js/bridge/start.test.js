import { deepEqual, doesNotMatch, equal, match } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { runProbe } from './fixture/runProbe.js'

const BRIDGE_FOLDER = new URL('../../js-bindings/lib/bridge/', import.meta.url).href

/**
 * What startBridge says in a process with these options of Java.
 *
 * @param {string} options
 * @param {NodeJS.ProcessEnv} [env] other variables
 */
function startWith(options, env = {}) {
  return runProbe(
    async (_, { bridgeFolder }) => {
      const { startBridge } = await import(`${bridgeFolder}startBridge.js`)
      const attempts = []
      for (let i = 0; i < 2; i++) {
        attempts.push(await startBridge().catch(({ code, message }) => ({ code, message })))
      }
      // A program that traps: it stores at an address outside its memory.
      const wasm = new Uint8Array([
        0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 5, 3, 1, 0, 1, 7, 5, 1, 1, 102, 0, 0, 10,
        13, 1, 11, 0, 65, 128, 128, 4, 65, 0, 54, 2, 0, 11,
      ])
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm))
      try {
        exports.f()
      } catch (error) {
        attempts.push(error.message)
      }
      return attempts
    },
    { starts: false, args: { bridgeFolder: BRIDGE_FOLDER }, env: { REALM_JAVA_OPTIONS: options, ...env } },
  )
}

describe('the start of the virtual machine', () => {
  it('lets the event loop go on, prints nothing, and leaves no file', async () => {
    const { result, stdout, stderr, code, files } = await runProbe(
      async (_, { fixture }) => {
        let turns = 0
        let running = true
        const turn = () => {
          turns++
          if (running) setImmediate(turn)
        }
        turn()
        const { startProbe } = await import(fixture)
        await startProbe()
        running = false
        return turns > 10
      },
      { starts: false, args: { fixture: new URL('fixture/startProbe.js', import.meta.url) } },
    )
    deepEqual([code, result, stdout, stderr, files], [0, true, '{"result":true}\n', '', []])
  })

  it('passes on what Java prints later', async () => {
    const { stderr } = await runProbe(({ bridge }) => bridge.call('print', { text: 'from Java' }))
    equal(stderr, 'from Java\n')
  })

  it("leaves the C library's locale alone, by which other addons print numbers", async () => {
    const { result } = await runProbe(({ bridge }) => bridge.call('locale', {}).value, {
      env: { LC_ALL: 'C.UTF-8' },
    })
    equal(result, 'C')
  })

  it('happens once, whichever threads ask and however often', async () => {
    const { result } = await runProbe(
      async (_, { fixture }) => {
        const { startProbe } = await import(fixture)
        const worker = () =>
          new Promise((resolve, reject) => {
            const thread = new ProbeWorker(({ bridge }, port) =>
              port.postMessage(bridge.call('echo', { value: 1 }).value),
            )
            thread.once('message', resolve).once('error', reject)
          })
        const probes = await Promise.all([worker(), startProbe(), worker(), startProbe(), worker()])
        return probes.map((probe) => probe.bridge?.call('echo', { value: 2 }).value ?? probe)
      },
      { starts: false, args: { fixture: new URL('fixture/startProbe.js', import.meta.url) } },
    )
    deepEqual(result, [1, 2, 1, 2, 1])
  })

  it('makes no mistake that the checks of JNI find', async () => {
    const { stdout, stderr, code } = await runProbe(
      async ({ bridge }) => {
        const worker = new ProbeWorker(({ bridge }) => bridge.open('wait', {}))
        await new Promise((resolve) => worker.once('online', resolve))
        bridge.call('sum', {}, new Uint8Array(9))
        for (const what of ['engine', 'stack']) {
          try {
            bridge.call('throw', { what })
          } catch {
            await bridge.open('throw', { what }).catch(() => undefined)
          }
        }
        await bridge.open('stream', { count: 1000, pauseMs: 0 })
        await worker.terminate()
      },
      { env: { REALM_JAVA_OPTIONS: '-Xcheck:jni' } },
    )
    // The machine also reports the signals that it had to give back.
    doesNotMatch(stderr, /in native method|FATAL/)
    deepEqual([code, stdout], [0, '{}\n'])
  })

  for (const [options, reason] of [
    ['-XX:NoSuchOption', /Unrecognized VM option 'NoSuchOption'/],
    ['-Xmx1k', /Too small maximum heap/],
    ['--add-modules=no.such.module', /Module no\.such\.module not found/],
    ['-Djava.class.path=/nowhere', /no ai\.realm\.bridge\.addon\.AddonBridge that fits this addon/],
    ['-Drealm.bridge.calls=no.such.Calls', /ClassNotFoundException: no\.such\.Calls/],
  ]) {
    it(`fails with the reason for ${options}, and the process goes on`, async () => {
      const { result, stderr, code, files } = await startWith(String(options))
      const [first, second, trap] = result
      equal(first.code, 'JVM_START_FAILED')
      match(first.message, /** @type {RegExp} */ (reason))
      equal(first.message.includes(`REALM_JAVA_OPTIONS=${options}`), true, first.message)
      deepEqual(second, first)
      equal(trap, 'memory access out of bounds')
      deepEqual([code, stderr, files], [0, '', []])
    })
  }

  it('refuses options that would end the process, in the variables of all Java programs too', async () => {
    for (const env of [
      { REALM_JAVA_OPTIONS: '-XX:+ExitOnOutOfMemoryError' },
      { JAVA_TOOL_OPTIONS: '-XX:StartFlightRecording' },
      { _JAVA_OPTIONS: '-XX:+CrashOnOutOfMemoryError' },
    ]) {
      const { result } = await startWith('', env)
      equal(result[0].code, 'INVALID_ARGUMENT')
    }
  })

  it('refuses those of the process in a worker that was given other variables', async () => {
    const { result } = await runProbe(
      async (_, { bridgeFolder }) => {
        const { Worker } = await import('node:worker_threads')
        const code = `
          const { parentPort } = require('node:worker_threads')
          import('${bridgeFolder}startBridge.js')
            .then(({ startBridge }) => startBridge())
            .catch(({ code }) => parentPort.postMessage(code))`
        const worker = new Worker(code, { eval: true, env: {} })
        return new Promise((resolve) => worker.once('message', resolve))
      },
      {
        starts: false,
        args: { bridgeFolder: BRIDGE_FOLDER },
        env: { JAVA_TOOL_OPTIONS: '-XX:StartFlightRecording' },
      },
    )
    equal(result, 'INVALID_ARGUMENT')
  })

  for (const options of ['-XX:+UseG1GC', '-XX:+AggressiveHeap', '-Xss1m -Xmx8m', '-XX:-ReduceSignalUsage']) {
    it(`outranks JAVA_TOOL_OPTIONS=${options}`, async () => {
      const { result, code } = await runProbe(({ bridge }) => bridge.call('echo', { value: 1 }).value, {
        env: { JAVA_TOOL_OPTIONS: options },
      })
      deepEqual([code, result], [0, 1])
    })
  }

  it('goes on where Java is out of memory, whatever JAVA_TOOL_OPTIONS says', async () => {
    const { result, code } = await runProbe(
      async ({ bridge }) => [
        await bridge.open('throw', { what: 'memory' }).catch(({ code }) => code),
        bridge.call('echo', { value: 1 }).value,
      ],
      {
        env: {
          REALM_JAVA_OPTIONS: '-Xmx32m',
          JAVA_TOOL_OPTIONS: '-XX:+ExitOnOutOfMemoryError -XX:+CrashOnOutOfMemoryError',
        },
      },
    )
    deepEqual([code, result], [0, ['OUT_OF_MEMORY', 1]])
  })

  // The machine's guard of the main thread's stack lies where JavaScript never comes.
  for (const [stack, depth] of [
    ['8192', '7800'],
    ['65536', '8000'],
    ['65536', '60000'],
    ['unlimited', '80000'],
  ]) {
    it(`leaves a recursion without end a RangeError, by ulimit -s ${stack} and --stack-size=${depth}`, () => {
      const code = `
        import { startBridge } from '${BRIDGE_FOLDER}startBridge.js'
        const bridge = await startBridge()
        const recurse = (depth) => 1 + recurse(depth + 1)
        const recurseByJava = (depth) => {
          if (depth % 100 === 0) bridge.call('engineInfo', {})
          return 1 + recurseByJava(depth + 1)
        }
        for (const way of [recurse, recurseByJava]) {
          try {
            way(0)
          } catch (error) {
            console.log(error.name)
          }
        }
        console.log(bridge.call('engineInfo', {}).kernels.length > 0)`
      const command = `ulimit -s ${stack} && exec "$0" --stack-size=${depth} --input-type=module -e "$1"`
      const { status, signal, stdout } = spawnSync('sh', ['-c', command, process.execPath, code], {
        encoding: 'utf8',
        timeout: 25_000,
      })
      match(stdout, /^RangeError\n(RangeError|RealmError)\ntrue\n$/)
      deepEqual([status, signal], [0, null])
    })
  }
})
