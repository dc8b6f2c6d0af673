import { integerIn } from './arguments/integerIn.js'
import { floats } from './storage/floats.js'
import { openForFloats } from './storage/openForFloats.js'
import { sessionId } from './storage/sessionId.js'

const COUNT = integerIn({ from: 0, to: 2 ** 31 - 1 })

/**
 * Takes hidden states through one layer of a session's model. All layers in turn, from 0, are a forward pass.
 *
 * @param {number} session of `openSession`
 * @param {number} layer an integer from 0
 * @param {Float32Array} hidden one hidden state or more, one behind the other; not to be changed until the promise settles
 * @param {number} position that of the first state in the sequence; an integer from 0 to as many positions as the layer has
 *   seen. What it has seen from there on is replaced
 * @returns {Promise<Float32Array>} the hidden states after the layer
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `SESSION_NOT_FOUND` or `CONTEXT_OVERFLOW`
 */
export async function forwardLayer(session, layer, hidden, position) {
  const args = {
    session: sessionId(session, 'session'),
    layer: COUNT(layer, 'layer'),
    position: COUNT(position, 'position'),
  }
  return openForFloats('forwardLayer', args, floats(hidden, 'hidden'))
}
