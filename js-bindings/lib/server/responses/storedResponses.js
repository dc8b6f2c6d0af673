import * as v from 'valibot'
import { openAiError } from '../errors/errorForms.js'
import { HttpError } from '../errors/HttpError.js'
import { toolsOf } from '../openai/toolFields.js'
import { withoutEffect } from '../requests/withoutEffect.js'
import { conversationOf } from './createResponse.js'
import { messagesOf } from './inputItems.js'
import { formatOptions, functionsOf, promptFields } from './responseFields.js'
import { newId } from './responseObject.js'

/** @import { Call } from '../Call.js' */
/** @import { Endpoint } from '../Endpoint.js' */

/** @param {Call} call */
const storedOf = (call) => call.services.responses.get(call.params.id, call.owner)

/** A response that is stored. @type {Endpoint} */
export const getResponse = {
  method: 'get',
  path: '/v1/responses/:id',
  aliases: ['/responses/:id'],
  summary: 'Gives a stored response',
  errors: openAiError,
  answer: (call) => storedOf(call).response,
}

/** It is forgotten. @type {Endpoint} */
export const deleteResponse = {
  method: 'delete',
  path: '/v1/responses/:id',
  aliases: ['/responses/:id'],
  summary: 'Forgets a stored response',
  errors: openAiError,
  answer(call) {
    const { response } = storedOf(call)
    call.services.responses.delete(response.id)
    return { id: response.id, object: 'response', deleted: true }
  },
}

/** One that is made in the background is stopped. @type {Endpoint} */
export const cancelResponse = {
  method: 'post',
  path: '/v1/responses/:id/cancel',
  aliases: ['/responses/:id/cancel'],
  summary: 'Stops a response that is made in the background',
  errors: openAiError,
  answer(call) {
    const { response, cancel } = storedOf(call)
    if (!response.background)
      throw new HttpError('invalid_value', 'Only a response in the background can be cancelled.')
    cancel?.()
    return cancel === undefined ? response : { ...response, status: 'cancelled' }
  },
}

/** What a response was asked of. @type {Endpoint} */
export const inputItems = {
  method: 'get',
  path: '/v1/responses/:id/input_items',
  aliases: ['/responses/:id/input_items'],
  summary: 'Lists what a stored response was asked of',
  errors: openAiError,
  answer(call) {
    const data = storedOf(call).input.map((item) => ({
      id: newId('msg'),
      ...item,
      type: item.type ?? 'message',
    }))
    return {
      object: 'list',
      data,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
      has_more: false,
    }
  },
}

const schema = v.object(promptFields)

/** How many tokens a response would be asked of. @type {Endpoint} */
export const inputTokens = {
  method: 'post',
  path: '/v1/responses/input_tokens',
  aliases: ['/responses/input_tokens'],
  summary: 'Counts the tokens that a response would be asked of',
  errors: openAiError,
  form: { schema, withoutEffect: withoutEffect.inputTokens },
  async answer(call, /** @type {v.InferOutput<typeof schema>} */ fields) {
    const { before, input } = conversationOf(call, fields)
    const { model } = await call.lease(fields.model)
    const { tokens } = model.applyTemplate(messagesOf([...before, ...input], fields.instructions), {
      tools: toolsOf(functionsOf(call, fields)),
      ...formatOptions(fields),
    })
    return { object: 'response.input_tokens', input_tokens: tokens.length }
  },
}
