import { startFront } from '../../../test-js/examples/fixture/startFront.js'
import { chats, documents } from './workloads.js'

/** @import { Front } from '../../../test-js/examples/fixture/startFront.js' */
/** @import { Thread } from './workloads.js' */

/** Threads at a time. */
const AT_A_TIME = 4
const MAX_TOKENS = 24

/** How requests are sent, by what becomes of the example's file. @type {Record<string, (config: string) => string>} */
const WAYS = {
  'one server': (config) => config.replace(/^ *server 127\.0\.0\.1:8082 .*$/m, '# 127.0.0.1:8082'),
  'two, in turn': (config) => config.replace('hash $realm_key consistent;', ''),
  'two, by the example': (config) => config,
}

/** @type {Record<string, () => Thread[]>} */
const WORKLOADS = { chats, documents }

/**
 * Counts what servers compute of the same requests, by how they are sent.
 *
 * @param {string} model
 * @param {string[]} names of WORKLOADS; none are all
 * @returns {Promise<string>} a table in Markdown
 */
export async function countTokens(model, names) {
  const rows = []
  for (const name of names.length > 0 ? names : Object.keys(WORKLOADS)) {
    const threads = WORKLOADS[name]()
    const cases = Object.entries(WAYS).map(([way, change]) => ({ way, change, says: false }))
    if (name === 'documents')
      cases.push({ way: 'two, by `prompt_cache_key`', change: WAYS['two, by the example'], says: true })
    for (const { way, change, says } of cases) {
      const front = await startFront([model], change)
      try {
        const { prompt, cached, requests } = await run(front, threads, says)
        const shares = front.addresses.map((address) => requests.get(address) ?? 0).join(' + ')
        rows.push(
          `| ${name} | ${way} | ${shares} | ${prompt} | ${prompt - cached} | ${Math.round((100 * cached) / prompt)} % |`,
        )
        console.error(rows.at(-1))
      } finally {
        await front.stop()
      }
    }
  }
  return [
    '| requests | sent to | of each server | tokens of prompts | computed | from the cache |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

/**
 * @param {Front} front
 * @param {Thread[]} threads
 * @param {boolean} says whether requests have a `prompt_cache_key`
 */
async function run(front, threads, says) {
  let [prompt, cached] = [0, 0]
  /** @type {Map<string, number>} */
  const requests = new Map()
  const waiting = [...threads]
  const worker = async () => {
    for (let thread = waiting.shift(); thread !== undefined; thread = waiting.shift()) {
      let messages = thread.opening
      for (const question of thread.questions) {
        const asked = [...messages, { role: 'user', content: question }]
        const response = await fetch(`${front.url}/v1/chat/completions`, {
          method: 'POST',
          body: JSON.stringify({
            messages: asked,
            max_tokens: MAX_TOKENS,
            temperature: 0,
            ...(says ? { prompt_cache_key: thread.name } : {}),
          }),
        })
        const answer = /** @type {any} */ (await response.json())
        if (!response.ok) throw new Error(JSON.stringify(answer))
        prompt += answer.usage.prompt_tokens
        cached += answer.usage.prompt_tokens_details.cached_tokens
        const server = String(response.headers.get('realm-server'))
        requests.set(server, (requests.get(server) ?? 0) + 1)
        if (thread.goesOn) messages = [...asked, answer.choices[0].message]
      }
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
  return { prompt, cached, requests }
}
