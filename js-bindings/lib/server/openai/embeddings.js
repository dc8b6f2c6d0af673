import * as v from 'valibot'
import { openAiError } from '../errors/errorForms.js'
import { integer, listOf, name, text } from '../requests/fields.js'
import { withoutEffect } from '../requests/withoutEffect.js'

/** @import { Endpoint } from '../Endpoint.js' */

const schema = v.object({
  model: v.optional(name),
  input: v.union([text, listOf(text)]),
  encoding_format: v.optional(v.picklist(['float', 'base64'])),
  dimensions: v.optional(integer(1, 65536)),
  truncate: v.optional(v.boolean()),
})

/** @typedef {v.InferOutput<typeof schema>} Fields */

/** OpenAI's embeddings: texts in, vectors out. @type {Endpoint} */
export const embeddings = {
  method: 'post',
  path: '/v1/embeddings',
  aliases: ['/embeddings'],
  summary: 'Turns texts into vectors',
  errors: openAiError,
  form: { schema, withoutEffect: withoutEffect.embeddings },
  async answer(call, /** @type {Fields} */ { model: asked, input, encoding_format, dimensions, truncate }) {
    const texts = typeof input === 'string' ? [input] : input
    call.mustFit('input', texts.length, 'texts')
    const { model, name } = await call.lease(asked ?? call.services.embedding)
    const { embeddings, usage } = await model.embed(texts, { dimensions, truncate, ...call.claim })
    call.count(usage)
    const form = encoding_format === 'base64' ? base64 : Array.from
    return {
      object: 'list',
      data: embeddings.map((values, index) => ({ object: 'embedding', index, embedding: form(values) })),
      model: name,
      usage: { prompt_tokens: usage.promptTokens, total_tokens: usage.promptTokens },
    }
  },
}

/** Their bytes, as 32-bit floats of which the lowest byte comes first. @param {Float32Array} values */
function base64(values) {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [i, value] of values.entries()) bytes.writeFloatLE(value, i * 4)
  return bytes.toString('base64')
}
