/** @import { Call } from './Call.js' */
/** @import { RequestForm } from './requests/readRequest.js' */
/** @import { ErrorForm } from './errors/errorForms.js' */
/** @import { EventStream } from './streams/EventStream.js' */

/**
 * A path, what it takes and how it answers.
 *
 * @typedef {object} Endpoint
 * @property {'get' | 'post' | 'delete'} method
 * @property {string} path with `:name` for parts that a request fills
 * @property {readonly string[]} [aliases] other paths that are the same
 * @property {string} summary of what it does
 * @property {ErrorForm} errors how its clients are told of failures
 * @property {RequestForm<any>} [form] what its body is; without one it has none
 * @property {boolean} [open] whether it is there for everybody, without a key
 * @property {(call: Call, fields: any) => Promise<Answer> | Answer} answer
 */

/**
 * What an endpoint answers: something to be written as JSON, a stream of events, or a response.
 *
 * @typedef {object | EventStream | Response} Answer
 */

export {}
