import * as v from 'valibot'
import { ollamaError } from '../errors/errorForms.js'
import { integer, listOf, text } from '../requests/fields.js'
import { withoutEffect } from '../requests/withoutEffect.js'
import { commonFields, keepAliveMs, takenOf } from './fields.js'

/** @import { Endpoint } from '../Endpoint.js' */

const schema = v.object({
  ...commonFields,
  input: v.union([text, listOf(text)]),
  truncate: v.optional(v.boolean()),
  dimensions: v.optional(integer(1, 65536)),
})

/** Ollama's vectors of texts; those that are longer than the context are cut, unless it is told otherwise. @type {Endpoint} */
export const embed = {
  method: 'post',
  path: '/api/embed',
  summary: 'Turns texts into vectors, for clients of Ollama',
  errors: ollamaError,
  form: { schema, withoutEffect: withoutEffect.ollama },
  async answer(
    call,
    /** @type {v.InferOutput<typeof schema>} */ {
      model: asked,
      input,
      truncate = true,
      dimensions,
      keep_alive,
      options = {},
    },
  ) {
    const texts = typeof input === 'string' ? [input] : input
    call.mustFit('input', texts.length, 'texts')
    takenOf(call, options)
    const { model, name, loadMs } = await call.lease(asked, { keepAlive: keepAliveMs(keep_alive) })
    const { embeddings, usage } = await model.embed(texts, { truncate, dimensions, ...call.claim })
    call.count(usage)
    return {
      model: name,
      embeddings: embeddings.map((values) => Array.from(values)),
      total_duration: Math.round((performance.now() - call.begunAt) * 1e6),
      load_duration: Math.round(loadMs * 1e6),
      prompt_eval_count: usage.promptTokens,
    }
  },
}

const oneSchema = v.object({ ...commonFields, prompt: text })

/** The same for one text, as Ollama had it first. @type {Endpoint} */
export const embedOne = {
  method: 'post',
  path: '/api/embeddings',
  summary: 'Turns a text into a vector, for older clients of Ollama',
  errors: ollamaError,
  form: { schema: oneSchema, withoutEffect: withoutEffect.ollama },
  async answer(
    call,
    /** @type {v.InferOutput<typeof oneSchema>} */ { model: asked, prompt, keep_alive, options = {} },
  ) {
    takenOf(call, options)
    const { model } = await call.lease(asked, { keepAlive: keepAliveMs(keep_alive) })
    const { embeddings, usage } = await model.embed(prompt, { truncate: true, ...call.claim })
    call.count(usage)
    return { embedding: Array.from(embeddings[0]) }
  },
}
