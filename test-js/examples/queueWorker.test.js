import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { withRedis } from '../bullmq/fixture/withRedis.js'
import { withTinyModel } from '../fixture/withTinyModel.js'

describe('The example queue-worker', function () {
  this.timeout(60_000)
  const server = withRedis()
  const file = withTinyModel({ metadata: [['llama.context_length', 'u32', 4096]] })

  /** @param {string[]} args */
  const start = (program, ...args) => {
    const path = fileURLToPath(new URL(`../../examples/queue-worker/${program}`, import.meta.url))
    const env = { ...process.env, REDIS_PORT: String(server.connection.port) }
    return spawn(process.execPath, [path, ...args], { env, timeout: 50_000, killSignal: 'SIGKILL' })
  }

  it('answers a question that another process asks', async () => {
    const worker = start('worker.js', file.path)
    worker.stderr.pipe(process.stderr)
    const lines = createInterface({ input: worker.stdout })[Symbol.asyncIterator]()
    assert.equal((await lines.next()).value, 'waits for jobs, 64 at a time')
    const ask = start('ask.js', 'Hi')
    const [answer, usage, [code]] = await Promise.all([
      text(ask.stdout),
      text(ask.stderr),
      once(ask, 'close'),
    ])
    assert.equal(code, 0, usage)
    assert.match(usage, /^\d+ tokens\n$/)
    assert.ok(answer.endsWith('\n'))
    assert.equal((await lines.next()).value, 'answered 1')
    worker.kill('SIGTERM')
    assert.deepEqual(await once(worker, 'close'), [0, null])
  })
})
