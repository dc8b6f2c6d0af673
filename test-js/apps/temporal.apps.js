import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { findJava } from '../../js-bindings/lib/bridge/findJava.js'
import { loadModel } from '../../js-bindings/lib/index.js'
import { freePort } from '../../js-bindings/scripts/freePort.js'
import { tinyLlama } from '../fixture/tinyLlama.js'

/** Where npm run test:apps has installed Temporal's packages and its server. */
const installed = String(process.env.REALM_TEST_TEMPORAL)

/** A text that ends by its length alone. */
const ENDLESS = { logitBias: { 0: -100, 2: -100 } }

describe('The example temporal', function () {
  this.timeout(180_000)
  let [folder, model, address] = ['', '', '']
  /** @type {import('node:child_process').ChildProcess} */
  let server
  /** @type {any} */
  let connection
  /** @type {any} */
  let client
  /** @type {import('node:child_process').ChildProcess[]} */
  const workers = []

  before(async () => {
    folder = mkdtempSync(join(installed, 'app-'))
    cpSync(fileURLToPath(new URL('../../examples/temporal', import.meta.url)), folder, { recursive: true })
    model = join(folder, 'tiny.gguf')
    // Its many tokens make it slow: a text goes on while its worker is killed.
    writeFileSync(
      model,
      tinyLlama({ metadata: [['llama.context_length', 'u32', 32768]], vocabularySize: 20_000 }),
    )
    const port = await freePort()
    address = `127.0.0.1:${port}`
    const java = join(findJava().home, 'bin/java')
    const args = ['-cp', join(installed, 'server/*'), 'io.temporal.testserver.TestServer', String(port)]
    server = spawn(java, args, { stdio: 'ignore' })
    const { href } = pathToFileURL(createRequire(join(folder, 'ask.js')).resolve('@temporalio/client'))
    const { Client, Connection } = (await import(href)).default
    connection = await Connection.connect({ address, connectTimeout: '60 seconds' })
    client = new Client({ connection })
  })
  afterEach(async () => {
    for (const worker of workers.splice(0)) await end(worker, 'SIGKILL')
  })
  after(async () => {
    await connection?.close()
    if (server !== undefined) await end(server, 'SIGKILL')
    rmSync(folder, { recursive: true })
  })

  /** @param {string[]} args */
  const start = (program, ...args) =>
    spawn(process.execPath, [join(folder, program), ...args], {
      env: { ...process.env, TEMPORAL_ADDRESS: address },
      timeout: 170_000,
      killSignal: 'SIGKILL',
    })

  async function startWorker() {
    const worker = start('worker.js', model)
    workers.push(worker)
    let log = ''
    worker.stderr.on('data', (piece) => {
      log += piece
    })
    const lines = createInterface({ input: worker.stdout })[Symbol.asyncIterator]()
    /** The first group of the next line that matches: Temporal's own program logs to the same stream. */
    const read = async (/** @type {RegExp} */ pattern) => {
      for (let step = await lines.next(); !step.done; step = await lines.next()) {
        const [line, group] = pattern.exec(step.value) ?? []
        if (line !== undefined) return group
      }
      return assert.fail(log)
    }
    await read(/^waits for work$/)
    return { worker, read }
  }

  /** @param {import('node:child_process').ChildProcess} child @param {NodeJS.Signals} signal */
  async function end(child, signal) {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill(signal)
    await once(child, 'exit')
  }

  let count = 0
  const begin = (/** @type {object} */ options) =>
    client.workflow.start('answer', {
      taskQueue: 'answers',
      workflowId: `test-${process.pid}-${++count}`,
      args: [[{ role: 'user', content: 'Hi' }], { ...ENDLESS, temperature: 0.8, ...options }],
    })

  /** What the last heartbeat of a workflow's activity said, once there is one. */
  async function heartbeatOf(/** @type {any} */ handle) {
    for (;;) {
      const { raw } = await handle.describe()
      const [payload] = raw.pendingActivities?.[0]?.heartbeatDetails?.payloads ?? []
      if (payload?.data) {
        const details = JSON.parse(Buffer.from(payload.data).toString())
        if (details.text !== '') return details
      }
    }
  }

  it('answers a question that another process asks, and ends at SIGTERM', async () => {
    const { worker } = await startWorker()
    const ask = start('ask.js', 'Hi', '20')
    const [answer, said, [code]] = await Promise.all([text(ask.stdout), text(ask.stderr), once(ask, 'close')])
    assert.equal(code, 0, said)
    assert.match(said, /\n\d+ tokens, at attempt 1\n$/)
    assert.ok(answer.trim().length > 0)
    worker.kill('SIGTERM')
    assert.deepEqual(await once(worker, 'exit'), [0, null])
  })

  it('has another worker make the same text where one is killed', async () => {
    const { worker } = await startWorker()
    const handle = await begin({ seed: 7, maxTokens: 3000 })
    const { text: soFar } = await heartbeatOf(handle)
    await end(worker, 'SIGKILL')
    await startWorker()
    const result = await handle.result()
    assert.equal(result.attempt, 2)
    assert.equal(result.finishReason, 'length')
    const own = await loadModel(model)
    try {
      const options = { ...ENDLESS, temperature: 0.8, seed: 7, maxTokens: 3000 }
      const expected = await own.generate([{ role: 'user', content: 'Hi' }], options)
      assert.equal(result.text, expected.text)
      assert.ok(expected.text.startsWith(soFar))
    } finally {
      await own.dispose()
    }
  })

  it('stops a generation that is cancelled', async () => {
    const { read } = await startWorker()
    const handle = await begin({ maxTokens: 30_000 })
    await heartbeatOf(handle)
    await handle.cancel()
    await assert.rejects(handle.result(), ({ cause }) => cause.name === 'CancelledFailure')
    assert.ok(Number(await read(/^stopped after (\d+) tokens$/)) < 30_000)
  })

  it('tries once what is wrong', async () => {
    await startWorker()
    const handle = await begin({ temperature: -1 })
    await assert.rejects(handle.result(), ({ cause }) => {
      const { type, message } = cause.cause
      return type === 'INVALID_ARGUMENT' && message.includes('temperature')
    })
  })
})
