import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Redis } from 'ioredis'
import { createHandler } from '../../js-bindings/lib/server/createHandler.js'
import { startRedis, withRedis } from '../bullmq/fixture/withRedis.js'
import { withServer } from './withServer.js'

const keyOf = (/** @type {string} */ name, /** @type {object} */ limits) => ({
  name,
  sha256: createHash('sha256').update(`${name}-key`).digest('hex'),
  ...limits,
})

const keys = [
  keyOf('asker', { requestsPerMinute: 5 }),
  keyOf('spender', { tokensPerMinute: 10 }),
  keyOf('free', { parallel: 8 }),
]

/** @param {{ host: string, port: number }} connection */
function clientOf(connection) {
  const redis = new Redis({ ...connection, retryStrategy: () => 20 })
  // It is told that its Redis is away; so is whoever asks.
  redis.on('error', () => undefined)
  return redis
}

describe('Limits of keys that are counted in Redis', () => {
  const held = withRedis()
  const served = withServer()
  /** @type {any[]} what the logs say of failures */
  const failures = []
  const log = {
    info: () => undefined,
    warn: (/** @type {object} */ fields) => failures.push(fields),
    error: () => undefined,
  }
  /** @type {(() => Promise<unknown>)[]} */
  const ends = []
  afterEach(async () => {
    for (const end of ends.splice(0)) await end()
  })

  /** A server of its own, with its own connection. @param {Redis} redis */
  const start = (redis) => {
    const handler = createHandler({ models: [served.model], keys, limits: { redis }, log })
    ends.push(async () => {
      await handler.close()
      redis.disconnect()
    })
    return (/** @type {string} */ name) =>
      handler.fetch(
        new Request('http://localhost/v1/chat/completions', {
          method: 'POST',
          headers: { authorization: `Bearer ${name}-key` },
          body: JSON.stringify({ messages: [{ role: 'user', content: 'Hi' }], max_tokens: 2 }),
        }),
      )
  }
  /** @param {Redis} redis */
  const ready = async (redis) => {
    await redis.ping()
    return redis
  }

  it('are one budget of several servers', async () => {
    const servers = await Promise.all([0, 1].map(async () => start(await ready(clientOf(held.connection)))))
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => servers[i % 2]('asker')))
    const statuses = answers.map(({ status }) => status).sort()
    assert.deepEqual(statuses, [...Array(5).fill(200), ...Array(7).fill(429)])
    const rest = answers
      .filter(({ status }) => status === 200)
      .map(({ headers }) => Number(headers.get('x-ratelimit-remaining-requests')))
    assert.deepEqual(
      rest.sort((a, b) => b - a),
      [4, 3, 2, 1, 0],
    )
    for (const { status, headers } of answers) {
      if (status === 429) assert.ok(Number(headers.get('retry-after')) >= 1)
    }
    const spent = await servers[0]('spender')
    assert.equal(spent.status, 200)
    const { usage } = await spent.json()
    assert.ok(usage.total_tokens >= 10)
    // Tokens are counted behind the answer.
    for (let status = 200; status !== 429; ) ({ status } = await servers[1]('spender'))
    assert.equal((await servers[0]('spender')).status, 429)
  })

  it('let nobody in who has some while Redis is away, and everybody else', async () => {
    const { connection, stop } = await startRedis()
    let isStopped = false
    ends.push(async () => {
      if (!isStopped) await stop()
    })
    const redis = await ready(clientOf(connection))
    const ask = start(redis)
    assert.equal((await ask('asker')).status, 200)
    const closed = new Promise((resolve) => redis.once('close', resolve))
    await stop()
    isStopped = true
    await closed
    for (const name of ['asker', 'spender']) {
      const refused = await ask(name)
      const { error } = await refused.json()
      assert.deepEqual([refused.status, error.code], [503, 'limits_unavailable'])
      assert.ok(Number(refused.headers.get('retry-after')) >= 1)
      assert.doesNotMatch(error.message, /127\.0\.0\.1|ECONN|redis:/i)
    }
    assert.equal((await ask('free')).status, 200)
    assert.deepEqual(
      failures.map(({ code, err }) => [code, err instanceof Error]),
      Array(2).fill(['limits_unavailable', true]),
    )
  })

  it('let nobody in whose Redis does not answer', async () => {
    // It takes commands, and says nothing.
    const silent = /** @type {any} */ ({
      status: 'ready',
      defineCommand: () => undefined,
      rlflxIncr: () => new Promise(() => undefined),
    })
    const handler = createHandler({ models: [served.model], keys, limits: { redis: silent }, log })
    ends.push(() => handler.close())
    const refused = await handler.fetch(
      new Request('http://localhost/v1/models', { headers: { 'x-api-key': 'asker-key' } }),
    )
    assert.deepEqual([refused.status, (await refused.json()).error.code], [503, 'limits_unavailable'])
  })
})
