import { integerIn } from '../arguments/integerIn.js'

/** A check for the id of a stored model. */
export const storedModelId = integerIn({ from: 1, to: 2 ** 31 - 1, advice: 'storeModel() gives such ids.' })
