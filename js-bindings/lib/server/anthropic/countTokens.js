import * as v from 'valibot'
import { anthropicError } from '../errors/errorForms.js'
import { toolsOf } from '../openai/toolFields.js'
import { withoutEffect } from '../requests/withoutEffect.js'
import { messagesOf } from './messageBlocks.js'
import { formatOf, functionsOf, promptFields } from './messageFields.js'

/** @import { Endpoint } from '../Endpoint.js' */

const schema = v.object(promptFields)

/** How many tokens a conversation is. @type {Endpoint} */
export const countTokens = {
  method: 'post',
  path: '/v1/messages/count_tokens',
  summary: 'Counts the tokens of a conversation, for clients of Anthropic',
  errors: anthropicError,
  form: { schema, withoutEffect: withoutEffect.countTokens },
  async answer(call, /** @type {v.InferOutput<typeof schema>} */ fields) {
    call.mustFit('messages', fields.messages.length, 'messages')
    const { model } = await call.lease(fields.model)
    const tools = toolsOf(functionsOf(call, fields))
    const prompt = messagesOf(fields.messages, fields.system)
    return { input_tokens: model.applyTemplate(prompt, { tools, format: formatOf(fields) }).tokens.length }
  },
}
