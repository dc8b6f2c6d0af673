import { integerIn } from './arguments/integerIn.js'
import { floats } from './storage/floats.js'
import { openForFloats } from './storage/openForFloats.js'
import { readSignal } from './storage/readSignal.js'
import { sessionId } from './storage/sessionId.js'

/** @import { CallOptions } from './storage/CallOptions.js' */

const COUNT = integerIn({ from: 0, to: 2 ** 31 - 1 })

/**
 * Takes hidden states through one layer of a session's model. All layers in turn, from 0, are a forward pass.
 *
 * @param {number} session of `openSession`
 * @param {number} layer an integer from 0
 * @param {Float32Array} hidden one hidden state or more, one behind the other; not to be changed until the promise settles
 * @param {number} position that of the first state in the sequence; an integer from 0 to as many positions as the layer has
 *   seen. What it has seen from there on is replaced
 * @param {CallOptions} [options] a layer that has begun when the signal is aborted has seen the states
 * @returns {Promise<Float32Array>} the hidden states after the layer
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `SESSION_NOT_FOUND` or `CONTEXT_OVERFLOW`
 * @throws {import('./errors/AbortError.js').AbortError} if the signal is aborted
 */
export async function forwardLayer(session, layer, hidden, position, options = {}) {
  const args = {
    session: sessionId(session, 'session'),
    layer: COUNT(layer, 'layer'),
    position: COUNT(position, 'position'),
  }
  const values = floats(hidden, 'hidden')
  return openForFloats('forwardLayer', args, { values, signal: readSignal(options, 'forwardLayer') })
}
