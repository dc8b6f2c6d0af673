import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { text as readText } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { loadModel } from '../../lib/index.js'
import { createHandler } from '../../lib/server/createHandler.js'
import { randomNumbers } from '../load/randomNumbers.js'
import { formatMachine, readMachine } from '../machine.js'
import { REQUESTS, requestOf } from './requests.js'

/** @import { ServerResponse } from 'node:http' */
/** @import { AddressInfo } from 'node:net' */
/** @import { Model } from '../../lib/index.js' */

const CLIENTS = fileURLToPath(new URL('clients.js', import.meta.url))

/** Streams at a time. */
const STREAMS = 64

/** @typedef {{ p50: number, p99: number, max: number }} Spread */

/**
 * What a server did under load.
 *
 * @typedef {object} ServerLoad
 * @property {number} whole answers that were read to their end
 * @property {number} left answers whose client left
 * @property {number} refused malformed requests
 * @property {string[]} faults what was not as it should be; none if all was
 * @property {Spread} headerMs milliseconds to the headers, by the clients' clock
 * @property {Spread} serverHeaderMs the same by the server's, from when it has read a request's head: what is missing of `headerMs`
 *   passes in connections that wait to be taken up, and in the clients
 * @property {Spread} clientMs milliseconds that the clients' event loop was late: they share the cores with the engine
 * @property {Spread} eventLoopMs milliseconds that the server's event loop was late
 * @property {number} tokensPerSecond of whole answers, over HTTP
 * @property {number} aloneTokensPerSecond of the same load without HTTP
 * @property {number[]} residentMb of the server, over time
 */

/**
 * Measures the server under streams from a second process: a third of the clients leave, and one request in twenty is malformed.
 *
 * @param {{ model: string, threads: number, server: number, seed: number }} options `server`: minutes
 * @returns {Promise<{ text: string, json: ServerLoad }>}
 */
export async function runServerLoad({ model: source, threads, server: minutes, seed }) {
  const model = await loadModel(source, { threads })
  const handler = createHandler({ models: [model] })
  /** @type {number[]} */
  const serverHeaderMs = []
  const server = createServer((request, response) => {
    noteHeaders(response, serverHeaderMs)
    handler.node(request, response)
  })
  try {
    const expected = await expectedTexts(model)
    const ms = minutes * 60_000
    const alone = await loadWithoutHttp(model, { ms: Math.min(ms, 120_000), seed })
    await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
    const { port } = /** @type {AddressInfo} */ (server.address())
    const delay = monitorEventLoopDelay({ resolution: 1 })
    /** @type {number[]} */
    const residentMb = []
    const timer = setInterval(
      () => residentMb.push(Math.round(process.memoryUsage.rss() / 2 ** 20)),
      Math.max(1000, ms / 60),
    )
    delay.enable()
    const begun = performance.now()
    const found = await runClients({ url: `http://127.0.0.1:${port}`, ms, seed, expected })
    const seconds = (performance.now() - begun) / 1000
    delay.disable()
    clearInterval(timer)
    const { whole, left, refused, wrong, hanging, tokens, headerMs, lateMs } = found
    /** @type {ServerLoad} */
    const json = {
      whole,
      left,
      refused,
      faults: [...wrong, ...Array.from({ length: hanging }, () => 'a stream that hangs')],
      headerMs: spreadOf(headerMs),
      serverHeaderMs: spreadOf(serverHeaderMs),
      clientMs: lateMs,
      eventLoopMs: { p50: delay.percentile(50) / 1e6, p99: delay.percentile(99) / 1e6, max: delay.max / 1e6 },
      tokensPerSecond: tokens / seconds,
      aloneTokensPerSecond: alone,
      residentMb,
    }
    return {
      text: `${formatMachine(readMachine())}\nmodel: ${model.name}; ${threads} threads\n${format(json, minutes)}`,
      json,
    }
  } finally {
    await handler.close({ abort: true })
    server.closeAllConnections()
    server.close()
    await model.dispose({ abort: true })
  }
}

/**
 * Notes after how many milliseconds a stream's headers go out.
 *
 * @param {ServerResponse} response
 * @param {number[]} times
 */
function noteHeaders(response, times) {
  const begun = performance.now()
  const { writeHead } = response
  response.writeHead = (/** @type {any[]} */ ...head) => {
    if (head[0] === 200) times.push(performance.now() - begun)
    return /** @type {any} */ (writeHead).apply(response, head)
  }
}

/** @param {number[]} times @returns {Spread} */
function spreadOf(times) {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return { p50: at(0.5), p99: at(0.99), max: at(1) }
}

/** What each request is answered with, alone. @param {Model} model */
async function expectedTexts(model) {
  const texts = []
  for (let number = 0; number < REQUESTS; number++) texts.push((await generate(model, number)).text)
  return texts
}

/** @param {Model} model @param {number} number @param {AbortSignal} [signal] */
function generate(model, number, signal) {
  const { messages, temperature, seed, max_tokens } = requestOf(number)
  return model.stream(/** @type {any} */ (messages), { temperature, seed, maxTokens: max_tokens, signal })
    .result
}

/**
 * The same load without HTTP: as many texts at a time, a third of which are left.
 *
 * @param {Model} model
 * @param {{ ms: number, seed: number }} plan
 * @returns {Promise<number>} tokens a second of whole texts
 */
async function loadWithoutHttp(model, { ms, seed }) {
  const end = performance.now() + ms
  let tokens = 0
  const client = async (/** @type {(below: number) => number} */ random) => {
    while (performance.now() < end) {
      const number = random(REQUESTS)
      if (random(20) === 0) {
        random(REQUESTS)
        continue
      }
      const leavesAfter = random(3) === 0 ? 1 + random(20) : Number.POSITIVE_INFINITY
      const { messages, temperature, seed: own, max_tokens } = requestOf(number)
      const stream = model.stream(/** @type {any} */ (messages), {
        temperature,
        seed: own,
        maxTokens: max_tokens,
      })
      let read = 0
      for await (const _ of stream) if (++read >= leavesAfter) break
      if (read < leavesAfter) tokens += (await stream.result).usage.completionTokens
    }
  }
  const begun = performance.now()
  await Promise.all(Array.from({ length: STREAMS }, (_, i) => client(randomNumbers(seed + i))))
  return tokens / ((performance.now() - begun) / 1000)
}

/**
 * Has a second process ask.
 *
 * @param {{ url: string, ms: number, seed: number, expected: string[] }} plan
 * @returns {Promise<{ whole: number, left: number, refused: number, wrong: string[], hanging: number, tokens: number, headerMs: number[], lateMs: Spread }>}
 */
async function runClients({ url, ms, seed, expected }) {
  const args = Object.entries({ url, streams: STREAMS, ms, seed }).map(
    ([name, value]) => `--${name}=${value}`,
  )
  const child = spawn(process.execPath, [CLIENTS, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  child.stdin.end(JSON.stringify(expected))
  return JSON.parse(await readText(child.stdout))
}

/** @param {ServerLoad} load @param {number} minutes */
function format(load, minutes) {
  const {
    headerMs,
    serverHeaderMs,
    clientMs,
    eventLoopMs,
    residentMb,
    faults,
    tokensPerSecond,
    aloneTokensPerSecond,
  } = load
  const half = residentMb.slice(Math.floor(residentMb.length / 2))
  const ms = (/** @type {Spread} */ { p50, p99, max }) =>
    `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms`
  return [
    `${STREAMS} streams for ${minutes} min: ${load.whole} whole, ${load.left} left, ${load.refused} malformed`,
    `faults: ${faults.length === 0 ? 'none' : faults.slice(0, 10).join('; ')}`,
    `to the headers: ${ms(headerMs)}; in the server ${ms(serverHeaderMs)}`,
    `event loop: ${ms(eventLoopMs)}; of the clients ${ms(clientMs)}`,
    `tokens a second of whole answers: ${tokensPerSecond.toFixed(1)}; without HTTP ${aloneTokensPerSecond.toFixed(1)} (${(tokensPerSecond / aloneTokensPerSecond).toFixed(3)})`,
    `resident memory: ${residentMb[0] ?? 0} MB at first, in the second half ${Math.min(...half)} to ${Math.max(...half)} MB`,
  ].join('\n')
}
