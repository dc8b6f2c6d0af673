import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { randomNumbers } from '../load/randomNumbers.js'
import { MALFORMED, requestOf } from './requests.js'

// The second process of npm run bench -- --server: clients that ask the server for streams, one after another each, and hold what
// they get to what is expected. A third of them leave at random, and some requests are malformed. It ends by itself, and prints
// what it found as a line of JSON.

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    streams: { type: 'string' },
    ms: { type: 'string' },
    seed: { type: 'string' },
  },
})
const { url, streams, ms, seed } = {
  url: String(values.url),
  streams: Number(values.streams),
  ms: Number(values.ms),
  seed: Number(values.seed),
}
/** What each request is answered with, by its number. @type {string[]} */
const expected = JSON.parse(await new Response(/** @type {any} */ (process.stdin)).text())

/** Milliseconds in which something has to come of a stream. */
const LONGEST = 120_000

/** @type {{ whole: number, left: number, refused: number, wrong: string[], hanging: number, tokens: number, headerMs: number[], lateMs: { p50: number, p99: number, max: number } }} */
const found = {
  whole: 0,
  left: 0,
  refused: 0,
  wrong: [],
  hanging: 0,
  tokens: 0,
  headerMs: [],
  lateMs: { p50: 0, p99: 0, max: 0 },
}
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
const end = performance.now() + ms
await Promise.all(Array.from({ length: streams }, (_, client) => ask(randomNumbers(seed + client))))
found.lateMs = { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 }
console.log(JSON.stringify(found))

/** One client: asks as long as there is time. @param {(below: number) => number} random */
async function ask(random) {
  while (performance.now() < end) {
    const number = random(expected.length)
    if (random(20) === 0) await askMalformed(MALFORMED[random(MALFORMED.length)])
    else await askStream(number, random(3) === 0 ? 1 + random(20) : Number.POSITIVE_INFINITY)
  }
}

/** @param {string} body */
async function askMalformed(body) {
  const response = await fetch(`${url}/v1/chat/completions`, { method: 'POST', body })
  const { error } = /** @type {{ error: { code: unknown } }} */ (await response.json())
  if (response.status !== 400 || typeof error.code !== 'string')
    found.wrong.push(`${response.status} for ${body.slice(0, 40)}`)
  else found.refused++
}

/**
 * Reads a stream, to its end or until it leaves.
 *
 * @param {number} number of the request
 * @param {number} chunks after which it leaves
 */
async function askStream(number, chunks) {
  const controller = new AbortController()
  const timer = setTimeout(() => controller.abort(new Error('hanging')), LONGEST)
  const begun = performance.now()
  let text = ''
  let read = 0
  try {
    const body = JSON.stringify(requestOf(number))
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      body,
      signal: controller.signal,
    })
    found.headerMs.push(performance.now() - begun)
    for await (const chunk of eventsOf(/** @type {ReadableStream<Uint8Array>} */ (response.body))) {
      text += chunk.choices[0]?.delta.content ?? ''
      found.tokens += chunk.usage?.completion_tokens ?? 0
      if (++read < chunks) continue
      controller.abort()
      found.left++
      if (!expected[number].startsWith(text)) found.wrong.push(`${number}: ${text}`)
      return
    }
    if (text === expected[number]) found.whole++
    else found.wrong.push(`${number}: ${text}`)
  } catch (error) {
    const reason = controller.signal.reason
    if (reason instanceof Error && reason.message === 'hanging') found.hanging++
    else found.wrong.push(`${number}: ${error}`)
  } finally {
    clearTimeout(timer)
  }
}

/**
 * The data of server-sent events.
 *
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<any>}
 */
async function* eventsOf(body) {
  let rest = ''
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    const events = (rest + piece).split('\n\n')
    rest = events.pop() ?? ''
    for (const event of events) {
      if (event.startsWith('data: {')) yield JSON.parse(event.slice('data: '.length))
    }
  }
}
