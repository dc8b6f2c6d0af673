import { integerIn } from '../arguments/integerIn.js'

/** A check for the id of a session. */
export const sessionId = integerIn({ from: 1, to: 2 ** 31 - 1, advice: 'openSession() gives such ids.' })
