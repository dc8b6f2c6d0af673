import { hostImports, removeModel, storeModel } from '../../lib/index.js'
import { newGuestMemory } from './openGuest.js'
import { timeReads } from './timeReads.js'

/** @import { GuestJob } from './openGuest.js' */

// Reads the tensors of a stored file into the memory of a guest.

const NAME = 0
const VALUES = 4096

/** @type {GuestJob} */
const { tensors, tensorNames, tensorValues } = JSON.parse(process.argv[2])
const id = await storeModel(tensors)
const memory = newGuestMemory(VALUES + 4 * tensorValues)
// Pages that were never written would cost the first reader.
new Uint8Array(memory.buffer).fill(1)
const host = hostImports(memory, { models: [id] })
const { cold, warm } = await timeReads(tensorNames, (name) => {
  const length = Buffer.from(memory.buffer).write(name, NAME)
  const bytes = host.env.realm_get_tensor(host.models[0], NAME, length, VALUES, 4 * tensorValues)
  if (bytes !== 4 * tensorValues) throw host.lastError()
})
host.close()
await removeModel(id)
process.stdout.write(JSON.stringify({ coldCopy: cold, warmCopy: warm, copyRatio: cold / warm }))
