/** @import { StreamForm } from './EventStream.js' */

const PING = ': ping\n\n'

const data = (/** @type {object} */ event) => `data: ${JSON.stringify(event)}\n\n`

const named = (/** @type {any} */ event) => `event: ${event.type}\n${data(event)}`

const failed = (/** @type {object} */ error) => `event: error\n${data(error)}`

/** Server-sent events as OpenAI's Chat Completions has them. @type {StreamForm} */
export const dataEvents = {
  contentType: 'text/event-stream',
  event: data,
  error: data,
  end: 'data: [DONE]\n\n',
  ping: PING,
}

/** The same without an end of its own, as llama-server has them. @type {StreamForm} */
export const infillEvents = { ...dataEvents, end: '' }

/** As clients of Responses read it: some look for the error in the event, some into it. */
const failedResponse = (/** @type {any} */ { error }) => failed({ type: 'error', ...error, error })

/** Server-sent events by their types, as OpenAI's Responses has them. @type {StreamForm} */
export const namedEvents = {
  contentType: 'text/event-stream',
  event: named,
  error: failedResponse,
  end: '',
  ping: PING,
}

/** Server-sent events by their types, as Anthropic has them, with pings that are events. @type {StreamForm} */
export const messageEvents = { ...namedEvents, error: failed, ping: named({ type: 'ping' }) }

const line = (/** @type {object} */ event) => `${JSON.stringify(event)}\n`

/** A line of JSON an event, as Ollama has them. @type {StreamForm} */
export const jsonLines = { contentType: 'application/x-ndjson', event: line, error: line, end: '', ping: '' }
