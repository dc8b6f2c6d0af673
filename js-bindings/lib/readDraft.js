import { bytesOf, integerIn, invalidArgument, urlOf } from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'
import { readSource } from './readSource.js'

/**
 * Checks which draft model a model is to have.
 *
 * @param {unknown} draft a source, or an object with one
 * @param {string} name of the option
 * @returns {{ source: string | Uint8Array, maxTokens?: number }}
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, or `GGUF_INVALID` for no bytes
 */
export function readDraft(draft, name) {
  const isSource = typeof draft !== 'object' || bytesOf(draft) !== null || urlOf(draft) !== null
  if (isSource) return { source: readSource(draft, name) }
  const { source, maxTokens } = readOptions(
    draft,
    { source: readSource, maxTokens: integerIn({ from: 1, to: 15, advice: 'Default: 15.' }) },
    { what: name, prefix: `${name}.` },
  )
  if (source === undefined) throw invalidArgument(`${name}.source`, source, 'a model, as loadModel takes it')
  return maxTokens === undefined ? { source } : { source, maxTokens }
}
