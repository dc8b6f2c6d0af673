import { loadModel } from '../../lib/index.js'
import { openGuest } from './openGuest.js'

/** @import { GuestJob } from './openGuest.js' */

// Times the first two tokens of a guest that fetches the weights when it needs them.

/** @type {GuestJob} */
const job = JSON.parse(process.argv[2])
const model = await loadModel(job.model)
const guest = await openGuest('onDemand', model, 64)
const start = performance.now()
guest.begin('The capital of France is')
guest.next()
const afterFirst = performance.now()
guest.next()
const afterSecond = performance.now()
guest.close()
await model.dispose()

const firstToken = afterFirst - start
const secondToken = afterSecond - afterFirst
process.stdout.write(JSON.stringify({ firstToken, secondToken, tokenRatio: firstToken / secondToken }))
