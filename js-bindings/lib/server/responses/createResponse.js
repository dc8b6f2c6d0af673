import { openAiError } from '../errors/errorForms.js'
import { HttpError } from '../errors/HttpError.js'
import { httpErrorOf } from '../errors/httpErrorOf.js'
import { answerEvents } from '../generation/answerEvents.js'
import { withoutEffect } from '../requests/withoutEffect.js'
import { EventStream } from '../streams/EventStream.js'
import { namedEvents } from '../streams/streamForms.js'
import { itemsOf, messagesOf } from './inputItems.js'
import { responseEvents } from './responseEvents.js'
import { functionsOf, optionsOf, responseSchema } from './responseFields.js'
import { begunResponse } from './responseObject.js'

/** @import { Call } from '../Call.js' */
/** @import { Endpoint } from '../Endpoint.js' */
/** @import { Item } from './inputItems.js' */
/** @import { ResponseObject } from './responseObject.js' */
/** @import { Fields } from './responseFields.js' */

/** OpenAI's responses: they may go on with one that is stored here, and be made in the background. @type {Endpoint} */
export const createResponse = {
  method: 'post',
  path: '/v1/responses',
  aliases: ['/responses'],
  summary: 'Makes a response, which may be gone on with',
  errors: openAiError,
  form: { schema: responseSchema, withoutEffect: withoutEffect.responses },
  async answer(call, /** @type {Fields} */ fields) {
    const conversation = conversationOf(call, fields)
    call.mustFit('input', conversation.before.length + conversation.input.length, 'messages')
    if (fields.stream && fields.background) {
      throw new HttpError(
        'unsupported_field',
        'background: a response in the background is not streamed: leave out one of them.',
        { param: 'background' },
      )
    }
    if (fields.background) return inBackground(call, fields, conversation)
    const { begun, events } = await start(call, fields, conversation)
    if (fields.stream) return new EventStream(namedEvents, stored(call, conversation, begun, events))
    return whole(call, conversation, begun, events)
  },
}

/** @typedef {{ before: readonly Item[], input: readonly Item[] }} Conversation what was said before, and what is said now */

/**
 * @param {Call} call
 * @param {Pick<Fields, 'input' | 'previous_response_id'>} fields
 * @returns {Conversation}
 */
export function conversationOf(call, { input, previous_response_id }) {
  const { responses } = call.services
  const items = itemsOf(input, (id) => responses.item(id, call.owner))
  if (previous_response_id === undefined) {
    if (items.length === 0) throw new HttpError('invalid_value', 'input: is missing.', { param: 'input' })
    return { before: [], input: items }
  }
  const { before, input: asked, response } = responses.get(previous_response_id, call.owner)
  return { before: [...before, ...asked, ...response.output], input: items }
}

/**
 * @param {Call} call
 * @param {Fields} fields
 * @param {Conversation} conversation
 */
async function start(call, fields, { before, input }) {
  const messages = messagesOf([...before, ...input], fields.instructions)
  const functions = functionsOf(call, fields)
  const begun = begunResponse(fields, call.allowed(fields.model).name)
  const make = async function* () {
    const { model } = await call.lease(fields.model)
    yield* answerEvents(call, model, messages, optionsOf(call, model, fields, functions))
  }
  return { begun, events: make() }
}

/**
 * The events of a response, which is stored at its end.
 *
 * @param {Call} call
 * @param {Conversation} conversation
 * @param {ResponseObject} begun
 * @param {AsyncIterable<import('../../types.d.ts').StreamEvent>} events
 */
function stored(call, conversation, begun, events) {
  return responseEvents(call, begun, events, (response) => {
    if (begun.store) call.services.responses.put({ owner: call.owner, response, ...conversation })
  })
}

/**
 * The same as a whole.
 *
 * @param {Call} call
 * @param {Conversation} conversation
 * @param {ResponseObject} begun
 * @param {AsyncIterable<import('../../types.d.ts').StreamEvent>} events
 * @returns {Promise<ResponseObject>}
 */
async function whole(call, conversation, begun, events) {
  /** @type {unknown} */
  let last
  for await (const { response } of stored(call, conversation, begun, events)) last = response ?? last
  return /** @type {ResponseObject} */ (last)
}

/**
 * Makes a response while its client does something else.
 *
 * @param {Call} call
 * @param {Fields} fields
 * @param {Conversation} conversation
 */
async function inBackground(call, fields, conversation) {
  if (fields.store === false) {
    throw new HttpError('invalid_value', 'store: expected true for a response in the background.', {
      param: 'store',
    })
  }
  const { responses, log } = call.services
  const { begun, events } = await start(call, fields, conversation)
  const { owner } = call
  const put = (/** @type {ResponseObject} */ response) => responses.put({ owner, response, ...conversation })
  responses.put({ owner, response: begun, ...conversation, cancel: () => call.stop() })
  call.detach()
  whole(call, conversation, begun, events)
    .catch((error) => {
      const { code, message } = httpErrorOf(error)
      if (call.stopped) return put({ ...begun, status: 'cancelled' })
      log.error({ id: call.id, err: error }, 'a response in the background failed')
      put({ ...begun, status: 'failed', error: { code, message } })
    })
    .finally(() => call.end())
  return begun
}
