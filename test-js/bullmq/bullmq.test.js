import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Queue, QueueEvents } from 'bullmq'
import { Redis } from 'ioredis'
import { cancelJob, createWorker, readTokens } from '../../js-bindings/lib/bullmq/index.js'
import { loadModel } from '../../js-bindings/lib/index.js'
import { refusal } from '../fixture/refusal.js'
import { rounds } from '../fixture/rounds.js'
import { tinyBert } from '../fixture/tinyBert.js'
import { withTinyModel } from '../fixture/withTinyModel.js'
import { ENDLESS } from '../server/withServer.js'
import { withRedis } from './fixture/withRedis.js'

const KEPT = { removeOnComplete: false }

describe('realm-ai/bullmq', function () {
  // A worker's process may take long to begin on a busy machine.
  this.timeout(120_000)
  const file = withTinyModel({ metadata: [['llama.context_length', 'u32', 4096]] })
  const large = withTinyModel({ metadata: [['llama.context_length', 'u32', 4096]], vocabularySize: 50_000 })
  /** @type {import('../../js-bindings/lib/index.js').Model} */
  let model
  /** @type {Queue} */
  let queue
  /** @type {QueueEvents} */
  let events
  /** @type {{ close(abort?: boolean): Promise<void> }[]} */
  const closing = []
  let count = 0

  const work = (options = {}, by = model) => {
    const worker = createWorker(queue, by, options)
    closing.push(worker)
    return worker
  }
  const endless = (maxTokens) => ({
    prompt: 'a b',
    options: { maxTokens, seed: 7, logitBias: ENDLESS.logit_bias, temperature: 1 },
  })
  const read = async (id, options) => {
    const found = []
    for await (const event of readTokens(queue, id, options)) found.push(event)
    return found
  }
  const textOf = (found) =>
    found
      .filter(({ type }) => type === 'text')
      .map(({ text }) => text)
      .join('')

  /** Starts a worker in a process of its own. */
  const start = (concurrency) => {
    const path = fileURLToPath(new URL('fixture/worker.js', import.meta.url))
    const options = JSON.stringify({ concurrency, lockDuration: 1000, stalledInterval: 300 })
    const args = [path, file.path, String(server.connection.port), queue.name, options]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
  }

  const server = withRedis()
  before(async () => {
    model = await loadModel(file.path, { threads: 1, parallel: 4 })
  })
  after(() => model?.dispose())
  beforeEach(async () => {
    queue = new Queue(`texts-${count++}`, { connection: server.connection })
    events = new QueueEvents(queue.name, { connection: server.connection })
    await events.waitUntilReady()
  })
  afterEach(async () => {
    for (const worker of closing.splice(0)) await worker.close(true)
    await events.close()
    await queue.close()
  })

  it('does what jobs ask, as many at a time as the model has places', async () => {
    const worker = work()
    assert.equal(worker.opts.concurrency, 4)
    const data = { messages: [{ role: 'user', content: 'Hi' }], options: { maxTokens: 5, seed: 3 } }
    const job = await queue.add('text', data)
    const result = await job.waitUntilFinished(events)
    const alone = await model.generate(data.messages, data.options)
    assert.deepEqual(
      [result.text, result.tokens, result.usage.completionTokens],
      [alone.text, alone.tokens, 5],
    )
  })

  it('embeds', async () => {
    const bert = await loadModel(tinyBert(), { threads: 1 })
    try {
      work({}, bert)
      const job = await queue.add('vectors', { kind: 'embed', texts: ['fox', 'dog'] })
      const { embeddings, usage } = await job.waitUntilFinished(events)
      const alone = await bert.embed(['fox', 'dog'])
      assert.deepEqual(
        embeddings,
        alone.embeddings.map((vector) => Array.from(vector)),
      )
      assert.deepEqual(usage, alone.usage)
    } finally {
      for (const worker of closing.splice(0)) await worker.close()
      await bert.dispose()
    }
  })

  it('tells of pieces while they are made and afterwards, as often as wanted', async () => {
    const job = await queue.add('text', endless(60))
    const reading = read(job.id)
    work()
    const live = await reading
    const later = await read(job.id)
    const { text } = await model.generate('a b', { ...endless(60).options })
    assert.equal(textOf(live), text)
    assert.equal(textOf(later), text)
    assert.deepEqual(live.at(-1), later.at(-1))
    assert.equal(live.at(-1).type, 'finish')
    assert.equal(live.at(-1).result.text, text)
    const redis = new Redis(server.connection)
    const left = await redis.pttl(queue.toKey(`${job.id}:tokens`))
    redis.disconnect()
    assert.ok(left > 3_000_000 && left <= 3_600_000)
  })

  it('tells the result of jobs that are not kept, too', async () => {
    const job = await queue.add('text', endless(3), { removeOnComplete: true })
    const reading = read(job.id)
    work()
    assert.equal((await reading).at(-1).result.usage.completionTokens, 3)
    assert.equal(await queue.getJob(job.id), undefined)
    assert.equal((await read(job.id)).at(-1).type, 'finish')
    await assert.rejects(read('none'), refusal('NOT_FOUND', queue.name, 'none'))
  })

  it('stops to read by a signal, while the job goes on', async () => {
    const job = await queue.add('text', endless(3))
    const controller = new AbortController()
    const reading = read(job.id, { signal: controller.signal })
    controller.abort('enough')
    await assert.rejects(reading, { name: 'AbortError', cause: 'enough' })
    work()
    await job.waitUntilFinished(events)
  })

  it('does not try again what the model refuses for good', async () => {
    work()
    const given = [
      [{ prompt: 'a', messages: [] }, 'either prompt or messages'],
      [{ kind: 'paint', prompt: 'a' }, "'embed'"],
      [{ prompt: 'a', option: {} }, 'Did you mean options?'],
      [{ prompt: 'a', options: { temperatur: 1 } }, 'temperature'],
      [{ prompt: 'a', options: { n: 2 } }, 'a job for each answer'],
      [{ kind: 'rank', query: 'a', documents: ['b'] }, /reranker/],
    ]
    for (const [data, part] of given) {
      const job = await queue.add('text', data, { attempts: 5 })
      await assert.rejects(read(job.id), (error) => {
        assert.match(error.code, /INVALID_ARGUMENT|UNSUPPORTED_OPERATION/)
        assert.match(
          error.message,
          part instanceof RegExp ? part : new RegExp(part.replace(/[?]/g, '\\?'), 'i'),
        )
        return true
      })
      assert.equal((await queue.getJob(job.id)).attemptsMade, 1)
    }
  })

  it('cancels a job that waits, one that runs, and none that is over', async () => {
    const waits = await queue.add('text', endless(3))
    const reading = read(waits.id)
    assert.equal(await cancelJob(queue, waits.id, { reason: 'no more' }), 'removed')
    await assert.rejects(reading, { name: 'AbortError', cause: 'no more' })

    work()
    const runs = await queue.add('text', endless(4000), { attempts: 3 })
    let pieces = 0
    await assert.rejects(
      async () => {
        for await (const { type } of readTokens(queue, runs.id)) {
          assert.equal(type, 'text')
          if (pieces++ === 0) assert.equal(await cancelJob(queue, runs.id), 'stopping')
        }
      },
      { name: 'AbortError', cause: 'cancelled' },
    )
    const { failedReason, attemptsMade } = await queue.getJob(runs.id)
    assert.deepEqual([failedReason, attemptsMade], ['ABORTED: cancelled', 1])
    assert.equal(await cancelJob(queue, runs.id), 'over')
    assert.equal(await cancelJob(queue, 'none'), 'unknown')
  })

  it('gives jobs back that a worker has which is closed at once', async () => {
    // Its many tokens make it slow: the text is still far from its end when the first piece is read.
    const slow = await loadModel(large.path, { threads: 1 })
    const first = work({}, slow)
    const job = await queue.add('text', endless(3500), KEPT)
    const reading = read(job.id)
    for await (const _ of readTokens(queue, job.id)) break
    await first.close(true)
    assert.equal(await job.getState(), 'waiting')
    work({}, slow)
    const found = await reading
    assert.ok(found.every(({ type }) => type === 'text' || type === 'finish'))
    assert.equal(textOf(found), found.at(-1).result.text)
    assert.equal((await queue.getJob(job.id)).attemptsMade, 1)
    await closing.pop().close()
    await slow.dispose()
  })

  it('gives jobs back whose model is disposed, and closes', async () => {
    const other = await loadModel(file.path, { threads: 1, parallel: 2 })
    const worker = work({}, other)
    const job = await queue.add('text', endless(4000))
    for await (const _ of readTokens(queue, job.id)) break
    const closed = once(worker, 'closed')
    await other.dispose({ abort: true })
    await closed
    assert.equal(await job.getState(), 'waiting')
  })

  it('maps the priorities of BullMQ', async () => {
    const { enginePriority } = await import('../../js-bindings/lib/bullmq/readJob.js')
    assert.deepEqual([0, 1, 2, 3, 1000, 2_097_152].map(enginePriority), [-0, -1, -2, -2, -10, -10])
  })

  it('refuses what is no model, and no connection', () => {
    assert.throws(() => createWorker(queue, {}), refusal('INVALID_ARGUMENT', 'model'))
    assert.throws(() => createWorker('name', model), refusal('INVALID_ARGUMENT', 'connection'))
    assert.throws(
      () => createWorker(queue, model, { concurrency: 0 }),
      refusal('INVALID_ARGUMENT', 'concurrency'),
    )
  })

  it('loses nothing, and answers once, where a worker is killed', async () => {
    const completed = []
    events.on('completed', ({ jobId }) => completed.push(jobId))
    const jobs = await Promise.all(
      Array.from({ length: 6 }, (_, seed) =>
        queue.add('text', { prompt: 'a', options: { ...endless(800).options, seed } }),
      ),
    )
    const reading = Promise.all(jobs.map(({ id }) => read(id)))
    const first = start(2)
    // Two have begun, and some of the first is written.
    for (let id = 'ready'; id === 'ready'; id = (await first.lines.next()).value);
    for await (const _ of readTokens(queue, jobs[0].id)) break
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')
    const second = start(2)
    const found = await reading
    second.child.kill('SIGTERM')
    assert.deepEqual(await once(second.child, 'exit'), [0, null])
    for (const [seed, one] of found.entries()) {
      const { text } = await model.generate('a', { ...endless(800).options, seed })
      assert.ok(one.every(({ type }) => type === 'text' || type === 'finish'))
      assert.equal(textOf(one), text)
      assert.equal(one.at(-1).result.text, text)
    }
    assert.deepEqual(completed.sort(), jobs.map(({ id }) => id).sort())
    assert.ok((await queue.getJob(jobs[0].id)).stalledCounter >= 1)
  })

  const [many, kills] = [rounds(60, 1000), rounds(2, 20)]
  it(`does ${many} jobs once each, while ${kills} workers are killed`, async function () {
    this.timeout(rounds(180_000, 400_000))
    const completed = []
    const waiting = []
    events.on('completed', ({ jobId }) => {
      completed.push(jobId)
      if (completed.length >= waiting[0]?.count) waiting.shift().resolve()
    })
    const atLeast = (count) => new Promise((resolve) => waiting.push({ count, resolve }))
    const options = (seed) => ({ ...endless(60).options, seed })
    await queue.addBulk(
      Array.from({ length: many }, (_, index) => ({
        name: 'text',
        data: { prompt: 'a', options: options(index % 10) },
        opts: { jobId: `job-${index}` },
      })),
    )
    let stalled = 0
    for (let kill = 1; kill <= kills; kill++) {
      const { child } = start(8)
      await atLeast(Math.floor((kill * many) / (kills + 1)))
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
    const last = start(8)
    await atLeast(many)
    last.child.kill('SIGTERM')
    assert.deepEqual(await once(last.child, 'exit'), [0, null])
    const texts = []
    for (let seed = 0; seed < 10; seed++) texts.push((await model.generate('a', options(seed))).text)
    for (let index = 0; index < many; index++) {
      const found = await read(`job-${index}`)
      assert.equal(found.at(-1).result.text, texts[index % 10])
      assert.equal(textOf(found), texts[index % 10])
      assert.equal(found.filter(({ type }) => type !== 'text').length, 1)
      if ((await queue.getJob(`job-${index}`)).stalledCounter > 0) stalled++
    }
    assert.equal(completed.length, many)
    assert.equal(new Set(completed).size, many)
    assert.ok(stalled >= kills, `only ${stalled} jobs lost a worker`)
    const counts = await queue.getJobCounts('completed', 'failed', 'active', 'waiting', 'delayed')
    assert.deepEqual(counts, { completed: many, failed: 0, active: 0, waiting: 0, delayed: 0 })
    console.log(`      ${many} completed once each, ${kills} kills, ${stalled} jobs done again`)
  })
})
