import { readFileSync } from 'node:fs'
import { loadModel } from '../../lib/index.js'
import { readMemory } from '../machine.js'
import { openGuest } from './openGuest.js'

/** @import { GuestJob } from './openGuest.js' */

// Measures how much memory guests that share a model take together, once two others have warmed everything up.

const CONTEXT = 64
const PROMPT = 'The capital of France is'

/** @type {GuestJob} */
const { model: path, guest = 'onDemand', guests } = JSON.parse(process.argv[2])
const model = await loadModel(path)
const resident = () => readMemory(readFileSync('/proc/self/status', 'utf8')).resident

async function open() {
  const opened = await openGuest(guest, model, CONTEXT)
  opened.generate(PROMPT, 4)
  return opened
}

// They stay open: what they take must not be freed while the others are measured.
const opened = [await open(), await open()]
const before = resident()
for (let i = 0; i < guests; i++) opened.push(await open())
const growth = resident() - before
const memory = opened[0].memoryBytes / 1e6
const kv = guest === 'forwardLayer' ? hostCacheBytes() / 1e6 : 0
for (const each of opened) each.close()
await model.dispose()

/** The host keeps keys and values as F16, in pages of as many positions as the context has here. */
function hostCacheBytes() {
  const number = (/** @type {string} */ key) => Number(model.metadata[`${model.architecture}.${key}`])
  const headSize = number('embedding_length') / number('attention.head_count')
  return 2 * 2 * number('block_count') * number('attention.head_count_kv') * headSize * CONTEXT
}

process.stdout.write(
  JSON.stringify({
    [`${guest}Memory`]: memory,
    [`${guest}Kv`]: kv,
    [`${guest}Growth`]: growth,
    [`${guest}Ratio`]: growth / (guests * (memory + kv)),
  }),
)
