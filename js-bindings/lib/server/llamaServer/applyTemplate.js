import * as v from 'valibot'
import { openAiError } from '../errors/errorForms.js'
import { messageFields, messagesOf } from '../openai/messageFields.js'
import { toolFields, toolOptions } from '../openai/toolFields.js'
import { name, object } from '../requests/fields.js'
import { withoutEffect } from '../requests/withoutEffect.js'

/** @import { Endpoint } from '../Endpoint.js' */

const schema = v.object({
  model: v.optional(name),
  messages: messageFields,
  tools: toolFields.tools,
  add_generation_prompt: v.optional(v.boolean()),
  chat_template_kwargs: v.optional(object),
})

/** What a chat becomes by the model's template. @type {Endpoint} */
export const applyTemplate = {
  method: 'post',
  path: '/apply-template',
  summary: "Writes a chat by the model's template",
  errors: openAiError,
  form: { schema, withoutEffect: withoutEffect.llamaServer },
  async answer(call, /** @type {v.InferOutput<typeof schema>} */ fields) {
    call.mustFit('messages', fields.messages.length, 'messages')
    const { model } = await call.lease(fields.model)
    const { text } = model.applyTemplate(messagesOf(fields.messages), {
      addGenerationPrompt: fields.add_generation_prompt,
      templateOptions: fields.chat_template_kwargs,
      tools: toolOptions({ tools: fields.tools }).tools,
    })
    return { prompt: text }
  },
}
