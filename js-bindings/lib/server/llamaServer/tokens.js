import * as v from 'valibot'
import { openAiError } from '../errors/errorForms.js'
import { name, text, tokenIds } from '../requests/fields.js'
import { withoutEffect } from '../requests/withoutEffect.js'

/** @import { Endpoint } from '../Endpoint.js' */

const tokenizeSchema = v.object({
  model: v.optional(name),
  content: text,
  add_special: v.optional(v.boolean()),
  parse_special: v.optional(v.boolean()),
  with_pieces: v.optional(v.boolean()),
})

/** The token ids of a text. @type {Endpoint} */
export const tokenize = {
  method: 'post',
  path: '/tokenize',
  summary: 'Gives the token ids of a text',
  errors: openAiError,
  form: { schema: tokenizeSchema, withoutEffect: withoutEffect.llamaServer },
  async answer(call, /** @type {v.InferOutput<typeof tokenizeSchema>} */ fields) {
    const { content, add_special = false, parse_special = true, with_pieces = false } = fields
    const { model } = await call.lease(fields.model)
    const tokens = model.tokenize(content, { special: parse_special, addBos: add_special })
    return { tokens: with_pieces ? tokens.map((id) => ({ id, piece: model.detokenize([id]) })) : tokens }
  },
}

const detokenizeSchema = v.object({
  model: v.optional(name),
  tokens: v.union([tokenIds, v.pipe(v.array(v.never()), v.length(0))]),
})

/** The text of token ids. @type {Endpoint} */
export const detokenize = {
  method: 'post',
  path: '/detokenize',
  summary: 'Gives the text of token ids',
  errors: openAiError,
  form: { schema: detokenizeSchema, withoutEffect: withoutEffect.llamaServer },
  async answer(call, /** @type {v.InferOutput<typeof detokenizeSchema>} */ { model: asked, tokens }) {
    const { model } = await call.lease(asked)
    return { content: model.detokenize(tokens) }
  },
}
