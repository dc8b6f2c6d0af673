import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { trace } from '@opentelemetry/api'
import { createHandler } from '../../js-bindings/lib/server/createHandler.js'
import { ENDLESS, withServer } from './withServer.js'

const path = '/v1/chat/completions'
const short = { messages: [{ role: 'user', content: 'Hi' }], max_tokens: 5, temperature: 0 }

describe('GET /metrics', () => {
  const served = withServer()

  /** The values of the figures, by their names with labels. */
  async function figures() {
    const text = await (await served.get('/metrics')).text()
    const values = text.matchAll(/^(realm_[^ ]+) (.+)$/gm)
    return new Map([...values].map(([, name, value]) => [name, Number(value)]))
  }

  it('counts requests, tokens, failures, and those that left', async () => {
    const { usage } = await served.ask(path, short)
    await served.events(path, short)
    await served.ask(path, { ...short, n: 'x' }, 400)
    const left = new AbortController()
    const response = await served.post(path, { ...short, ...ENDLESS, stream: true }, { signal: left.signal })
    await response.body.getReader().read()
    const during = await figures()
    const count = (/** @type {string} */ what) => during.get(`realm_model_${what}{model="tiny"}`)
    // It is not read: it waits for its reader soon.
    assert.equal(count('running') + count('paused'), 1)
    left.abort()
    while (served.model.stats().running + served.model.stats().paused > 0)
      await new Promise((resolve) => setImmediate(resolve))
    let found = await figures()
    while (!found.has(`realm_left_total{path="${path}"}`)) found = await figures()
    assert.equal(found.get(`realm_requests_total{path="${path}",status="200"}`), 3)
    assert.equal(found.get(`realm_requests_total{path="${path}",status="400"}`), 1)
    assert.equal(found.get(`realm_errors_total{path="${path}",code="invalid_value"}`), 1)
    assert.equal(found.get(`realm_left_total{path="${path}"}`), 1)
    assert.ok(found.get('realm_tokens_total{model="tiny",kind="prompt",key=""}') >= 2 * usage.prompt_tokens)
    assert.ok(found.get('realm_tokens_total{model="tiny",kind="completion",key=""}') >= 10)
    assert.equal(found.get('realm_first_token_seconds_count{model="tiny"}'), 3)
    assert.ok(found.get('realm_between_tokens_seconds_count{model="tiny"}') >= 1)
    assert.equal(found.get('realm_model_loaded{model="tiny"}'), 1)
    assert.ok(found.get('realm_model_cache_budget_bytes{model="tiny"}') > 0)
    // The request that asks is at work, too.
    assert.equal(found.get('realm_requests_in_flight'), 1)
  })

  it('has all that the dashboard of Grafana shows', async () => {
    const names = new Set([...(await figures()).keys()].map((name) => name.replace(/\{.*/, '')))
    const { panels } = JSON.parse(
      readFileSync(new URL('../../docs/public/realm-grafana.json', import.meta.url), 'utf8'),
    )
    const asked = panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/realm_\w+/g)))
    assert.ok(asked.length > 12)
    assert.deepEqual(
      asked.filter((name) => !names.has(name)),
      [],
    )
  })

  it('is not there where it is not wanted', async () => {
    const handler = createHandler({ models: [served.model], metrics: false })
    assert.equal((await handler.fetch(new Request('http://localhost/metrics'))).status, 404)
    await handler.close()
  })
})

describe('Spans', () => {
  const served = withServer()
  /** @type {any[]} */
  const spans = []

  before(() => {
    const startSpan = (/** @type {string} */ name, /** @type {any} */ { attributes }) => {
      const span = { name, attributes, ended: false }
      spans.push(span)
      return {
        setAttributes: (/** @type {object} */ more) => Object.assign(span.attributes, more),
        setStatus: (/** @type {object} */ status) => Object.assign(span, { status }),
        end: () => Object.assign(span, { ended: true }),
      }
    }
    trace.setGlobalTracerProvider(/** @type {any} */ ({ getTracer: () => ({ startSpan }) }))
  })
  after(() => trace.disable())

  it('tell of each request by the names of the conventions', async () => {
    const { usage } = await served.ask(path, short)
    await served.ask(path, {}, 400)
    const [answered, refused] = spans
    assert.equal(answered.name, `POST ${path}`)
    assert.ok(answered.ended && refused.ended)
    assert.equal(answered.attributes['gen_ai.request.model'], 'tiny')
    assert.equal(answered.attributes['gen_ai.usage.input_tokens'], usage.prompt_tokens)
    assert.equal(answered.attributes['gen_ai.usage.output_tokens'], 5)
    assert.deepEqual(answered.attributes['gen_ai.response.finish_reasons'], ['length'])
    assert.equal(refused.attributes['error.type'], 'invalid_value')
    assert.equal(refused.attributes['http.response.status_code'], 400)
  })
})
