import { getTensor, removeModel, storeModel } from '../../lib/index.js'
import { timeReads } from './timeReads.js'

/** @import { GuestJob } from './openGuest.js' */

// Reads the tensors of a stored file as an app does.

/** @type {GuestJob} */
const { tensors, tensorNames, tensorValues } = JSON.parse(process.argv[2])
const id = await storeModel(tensors)
const { cold, warm } = await timeReads(tensorNames, async (name) => {
  const { length } = await getTensor(id, name)
  if (length !== tensorValues) throw new Error(`${name} has ${length} values, expected ${tensorValues}`)
})
await removeModel(id)
process.stdout.write(JSON.stringify({ coldTensor: cold, warmTensor: warm, tensorRatio: cold / warm }))
