import { invalidArgument, urlOf } from './arguments/checks.js'
import { modelBytes } from './modelBytes.js'

/**
 * Checks where a model comes from.
 *
 * @param {unknown} source
 * @param {string} [name] of the argument; default: source
 * @returns {string | Uint8Array} what names a file, or a file's bytes
 * @throws {import('./errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, or `GGUF_INVALID` for no bytes
 */
export function readSource(source, name = 'source') {
  const from = modelBytes(source, name) ?? urlOf(source)?.href ?? source
  if (from instanceof Uint8Array || (typeof from === 'string' && from !== '')) return from
  throw invalidArgument(
    name,
    source,
    'a name of the catalog, a path, hf:owner/repo, a URL, or the bytes of a GGUF file (Uint8Array or ArrayBuffer)',
  )
}
