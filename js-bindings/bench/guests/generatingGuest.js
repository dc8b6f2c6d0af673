import { parentPort, workerData } from 'node:worker_threads'
import { detectRuntime, hostImports } from '../../lib/index.js'
import { newGuestMemory } from './openGuest.js'

// A thread of measureThroughput.js: a guest that makes a text by realm_generate whenever it is asked, and sends it.

const PLACES = { prompt: 0, options: 4096, out: 8192 }

/** @type {{ model: number, prompt: string, options: object }} */
const { model, prompt, options } = workerData
const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort)
await detectRuntime()
const memory = newGuestMemory(1 << 17)
const host = hostImports(memory, { models: [model] })

function generate() {
  const bytes = Buffer.from(memory.buffer)
  const length = host.env.realm_generate(
    host.models[0],
    PLACES.prompt,
    bytes.write(prompt, PLACES.prompt),
    PLACES.options,
    bytes.write(JSON.stringify(options), PLACES.options),
    PLACES.out,
    bytes.length - PLACES.out,
  )
  if (length < 0) throw host.lastError()
  return bytes.toString('utf8', PLACES.out, PLACES.out + length)
}

port.on('message', (wish) => {
  if (wish === 'generate') {
    port.postMessage(generate())
  } else {
    host.close()
    port.close()
  }
})
port.postMessage('ready')
