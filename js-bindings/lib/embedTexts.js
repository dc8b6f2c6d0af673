import { abortSignal, booleanValue, integerIn, invalidArgument, oneOf, text } from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'
import { throwIfAborted } from './errors/AbortError.js'
import { claimChecks } from './generation/claimChecks.js'

/** @import { EngineModel } from './EngineModel.js' */
/** @import { EmbedOptions, EmbedResult } from './types.d.ts' */

/**
 * Turns texts into vectors; see `Model.embed`.
 *
 * @param {EngineModel} engine
 * @param {string | readonly string[]} texts
 * @param {EmbedOptions} options
 * @returns {Promise<EmbedResult>}
 */
export async function embedTexts(engine, texts, options) {
  engine.mustBeOpen()
  const { signal, ...wishes } = readOptions(
    options,
    {
      pooling: oneOf(['mean', 'cls', 'last', 'none']),
      normalize: booleanValue,
      dimensions: integerIn({
        from: 1,
        to: 2 ** 31 - 1,
        advice: "Leave it out for all of the model's dimensions.",
      }),
      truncate: booleanValue,
      ...claimChecks,
      signal: abortSignal,
    },
    { what: 'the options of embed' },
  )
  const args = { texts: readTexts(texts), normalize: true, truncate: false, ...wishes }
  throwIfAborted(signal)
  if (args.texts.length === 0) return { embeddings: [], usage: { promptTokens: 0 } }
  const { values, lengths, usage } = await engine.openForFloats('embed', args, { signal })
  let start = 0
  const embeddings = lengths.map((/** @type {number} */ length) => {
    // Copied: an array of its own can be kept or transferred without the others.
    const embedding = values.slice(start, start + length)
    start += length
    return embedding
  })
  return { embeddings, usage }
}

/**
 * @param {unknown} texts
 * @returns {string[]}
 */
function readTexts(texts) {
  if (typeof texts === 'string') return [text(texts, 'texts')]
  if (!Array.isArray(texts)) throw invalidArgument('texts', texts, 'a string or an array of strings')
  // Array.from also turns the holes of a sparse array into undefined, which the check refuses.
  return Array.from(texts, (item, index) => text(item, `texts[${index}]`))
}
