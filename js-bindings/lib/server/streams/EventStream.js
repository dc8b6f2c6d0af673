/** @import { HttpError } from '../errors/HttpError.js' */

/**
 * How events are written on the wire.
 *
 * @typedef {object} StreamForm
 * @property {string} contentType
 * @property {(event: object) => string} event
 * @property {(error: object) => string} error of the error form's object
 * @property {string} end after the last event
 * @property {string} ping what keeps the connection open while nothing is to be told; empty for none
 */

/** The answer to a request, piece by piece. */
export class EventStream {
  /**
   * @param {StreamForm} form
   * @param {AsyncIterator<object, unknown, void>} events
   */
  constructor(form, events) {
    this.form = form
    this.events = events
  }
}
