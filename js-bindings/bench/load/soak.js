import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { isDeepStrictEqual } from 'node:util'
import { randomNumbers } from './randomNumbers.js'

/** @import { Model } from '../../lib/index.js' */

/** Work that waits or runs at most. */
const MOST = 64

/** Of resident memory, what it may rise by in the second half. */
const RISE = 48 * 2 ** 20

const TEXTS = 12
const ANSWER = 24
const SEEDS = [1, 2, 3]
const PIECES = ['a fox', 'the dog sleeps', 'seven rivers meet', 'what is the capital of France?']

/**
 * What a soak found.
 *
 * @typedef {object} Soak
 * @property {Record<string, number>} done how often each kind of work came to its end
 * @property {string[]} faults what was not as it should be; none if all was
 * @property {number} mbPerMinute the slope of resident memory over the second half
 * @property {number} risenMb how much it rose there
 */

/**
 * Lets work of all kinds arrive at random on a model, and holds each result to what it is alone.
 *
 * @param {Model} model used by nobody else
 * @param {object} plan
 * @param {number} plan.ms for how long work arrives
 * @param {number} plan.seed decides what arrives
 * @param {number} plan.longest tokens of a prompt at most
 * @param {number} plan.meanGapMs between two arrivals
 * @param {(line: string) => void} plan.log hears of each minute
 * @returns {Promise<Soak>}
 */
export async function soak(model, { ms, seed, longest, meanGapMs, log }) {
  const random = randomNumbers(seed)
  const path = join(tmpdir(), `realm-soak-${process.pid}`)
  const ids = model.tokenize(PIECES.join(' '), { addBos: false })
  const prompts = Array.from({ length: TEXTS }, (_, i) => {
    const length = 4 + Math.floor(((longest - 4) * i * i) / (TEXTS - 1) ** 2)
    // Halves are alike, so that prompts share beginnings.
    return Array.from({ length }, (_, at) => ids[(at * (1 + (i >> 1)) + 5) % ids.length])
  })
  const text = (/** @type {number} */ i, more = {}) =>
    model.generate(prompts[i], { temperature: 1, seed: SEEDS[0], maxTokens: ANSWER, ...more })
  const turn = async (/** @type {any} */ sequence, /** @type {number} */ i, more = {}) =>
    (await sequence.generate(prompts[i], { temperature: 1, seed: SEEDS[1], maxTokens: ANSWER, ...more }))
      .tokens
  const embed = async (/** @type {number} */ i) =>
    (await model.embed(PIECES[i])).embeddings.map((vector) => [...vector])

  // What each is alone.
  /** @type {number[][][]} */
  const alone = []
  for (let i = 0; i < TEXTS; i++) {
    alone.push([])
    for (const own of SEEDS) alone[i].push((await text(i, { seed: own, cache: 'none' })).tokens)
  }
  const CHATS = 4
  /** @type {number[][]} */
  const second = []
  for (let i = 0; i < CHATS; i++) {
    const sequence = await model.openSequence({ cache: 'none' })
    await turn(sequence, i)
    second.push(await turn(sequence, i + 1))
    await sequence.dispose()
  }
  /** @type {number[][][]} */
  const vectors = []
  for (let i = 0; i < PIECES.length; i++) vectors.push(await embed(i))
  const before = model.stats()

  /** @type {Record<string, number>} */
  const done = {}
  /** @type {string[]} */
  const faults = []
  const same = (
    /** @type {string} */ what,
    /** @type {unknown} */ actual,
    /** @type {unknown} */ expected,
  ) => {
    if (!isDeepStrictEqual(actual, expected)) faults.push(`${what} is not what it is alone`)
  }
  let files = 0
  /** @type {Record<string, () => Promise<void>>} */
  const kinds = {
    async text() {
      const i = random(TEXTS)
      const options = { priority: random(21) - 10, tenant: `${random(3)}` }
      same(`text ${i}`, (await text(i, options)).tokens, alone[i][0])
    },
    async shared() {
      const i = random(TEXTS)
      same(
        `text ${i}, shared`,
        (await text(i, { cache: 'shared', tenant: `${random(3)}` })).tokens,
        alone[i][0],
      )
    },
    async abort() {
      const i = random(TEXTS)
      const stopping = new AbortController()
      setTimeout(() => stopping.abort(), random(600))
      try {
        same(`text ${i}`, (await text(i, { signal: stopping.signal })).tokens, alone[i][0])
      } catch (/** @type {any} */ error) {
        if (error.name !== 'AbortError') throw error
        const made = error.result?.tokens ?? []
        same(`aborted text ${i}`, made, alone[i][0].slice(0, made.length))
      }
    },
    async deadline() {
      const i = random(TEXTS)
      try {
        same(`text ${i}`, (await text(i, { deadline: 1 + random(1500) })).tokens, alone[i][0])
      } catch (/** @type {any} */ error) {
        if (error.code !== 'DEADLINE_EXCEEDED') throw error
      }
    },
    async choices() {
      const i = random(TEXTS)
      const { choices } = await text(i, { n: SEEDS.length })
      same(
        `choices ${i}`,
        choices?.map(({ tokens }) => tokens),
        alone[i],
      )
    },
    async fork() {
      const i = random(CHATS)
      const sequence = await model.openSequence({ tenant: `${random(3)}` })
      try {
        await turn(sequence, i)
        const forks = await Promise.all([sequence.fork(), sequence.fork()])
        const turns = [sequence, ...forks].map((each) => turn(each, i + 1))
        await Promise.allSettled(turns)
        await Promise.all(forks.map((each) => each.dispose()))
        for (const tokens of await Promise.all(turns)) same(`fork ${i}`, tokens, second[i])
      } finally {
        await sequence.dispose()
      }
    },
    async restore() {
      const i = random(CHATS)
      const file = `${path}-${files++}`
      const sequence = await model.openSequence()
      try {
        await turn(sequence, i)
        await sequence.save(file)
        const restored = await model.restoreSequence(file)
        try {
          same(`restored ${i}`, await turn(restored, i + 1), second[i])
        } finally {
          await restored.dispose()
        }
      } finally {
        rmSync(file, { force: true })
        await sequence.dispose()
      }
    },
    async embed() {
      const i = random(PIECES.length)
      same(`vector ${i}`, await embed(i), vectors[i])
    },
  }

  const names = Object.keys(kinds)
  /** @type {{ at: number, bytes: number }[]} */
  const memory = []
  const running = new Set()
  const start = performance.now()
  let sampled = 0
  let told = 0
  while (performance.now() - start < ms) {
    const now = performance.now() - start
    if (now >= sampled) {
      memory.push({ at: now, bytes: process.memoryUsage.rss() })
      sampled = now + Math.min(5000, ms / 40)
    }
    if (now >= told) {
      const { running: runs, waiting, preemptions } = model.stats()
      log(
        `${Math.round(now / 1000)} s: ${running.size} at work (${runs} run, ${waiting} wait), ${sumOf(done)} done, ${preemptions} preemptions, ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MB, ${faults.length} faults`,
      )
      told = now + 60_000
    }
    if (running.size < MOST) {
      const name = names[random(names.length)]
      const work = kinds[name]()
        .catch((error) => faults.push(`${name}: ${error.stack}`))
        .finally(() => {
          done[name] = (done[name] ?? 0) + 1
          running.delete(work)
        })
      running.add(work)
    }
    await new Promise((resolve) => setTimeout(resolve, random(2 * meanGapMs)))
  }
  await Promise.all(running)

  const after = model.stats()
  const held = (/** @type {typeof after} */ stats) => [stats.running, stats.waiting, stats.cache.heldBytes]
  if (!isDeepStrictEqual(held(after), held(before)))
    faults.push(`running, waiting and held bytes are ${held(after)}; before they were ${held(before)}`)
  const half = memory.filter(({ at }) => at >= ms / 2)
  const bytesPerMs = slopeOf(half)
  const risen = bytesPerMs * (ms / 2)
  if (risen > RISE)
    faults.push(`resident memory rose by ${(risen / 2 ** 20).toFixed(0)} MB in the second half`)
  return { done, faults, mbPerMinute: (bytesPerMs * 60_000) / 2 ** 20, risenMb: risen / 2 ** 20 }
}

/** @param {Record<string, number>} counts */
function sumOf(counts) {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

/**
 * The slope of the line that is nearest to the points, by least squares.
 *
 * @param {{ at: number, bytes: number }[]} points
 */
function slopeOf(points) {
  const mean = (/** @type {number[]} */ values) =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const at = mean(points.map((point) => point.at))
  const bytes = mean(points.map((point) => point.bytes))
  const over = points.reduce((sum, point) => sum + (point.at - at) * (point.bytes - bytes), 0)
  const by = points.reduce((sum, point) => sum + (point.at - at) ** 2, 0)
  return by === 0 ? 0 : over / by
}

/**
 * What was found, in lines.
 *
 * @param {Soak} found
 * @param {{ minutes: number, seed: number }} plan
 */
export function formatSoak({ done, faults, mbPerMinute, risenMb }, { minutes, seed }) {
  const counts = Object.entries(done).map(([name, count]) => `${name} ${count}`)
  return [
    `${minutes} minutes with seed ${seed}: ${sumOf(done)} done (${counts.join(', ')})`,
    `resident memory in the second half: ${mbPerMinute.toFixed(2)} MB a minute, ${risenMb.toFixed(1)} MB in all`,
    ...faults.slice(0, 20),
    faults.length === 0 ? 'no text differs, no page leaks' : `${faults.length} faults`,
  ].join('\n')
}
