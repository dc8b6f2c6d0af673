import { HttpError } from '../errors/HttpError.js'

/** @import { HandlerLimits } from '../types.d.ts' */

/** What JSON is sent as: also what curl says of it by itself. */
const TYPES = /^\s*(application\/([\w.+-]+\+)?json|text\/plain|application\/x-www-form-urlencoded)\s*(;|$)/i

/**
 * Reads a request's body, an object in JSON, within the limits.
 *
 * @param {Request} request
 * @param {Required<Pick<HandlerLimits, 'bodyBytes' | 'bodyMs' | 'depth'>>} limits
 * @returns {Promise<Record<string, unknown>>}
 * @throws {HttpError}
 */
export async function readBody(request, { bodyBytes, bodyMs, depth }) {
  const type = request.headers.get('content-type')
  if (type !== null && !TYPES.test(type)) {
    throw new HttpError(
      'unsupported_media_type',
      `The content type ${JSON.stringify(type.slice(0, 60))}: expected application/json.`,
    )
  }
  const text = decode(await readBytes(request, bodyBytes, bodyMs))
  mustBeShallow(text, depth)
  let body
  try {
    body = JSON.parse(text)
  } catch (error) {
    throw new HttpError('invalid_json', 'The body is no JSON.', { cause: error })
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpError('invalid_json', 'The body: expected an object in JSON.')
  }
  return body
}

/**
 * @param {Request} request
 * @param {number} most bytes
 * @param {number} withinMs
 */
async function readBytes(request, most, withinMs) {
  const tooLarge = () =>
    new HttpError('body_too_large', `The body: expected at most ${most} bytes.`, {
      headers: { connection: 'close' },
    })
  if (Number(request.headers.get('content-length') ?? 0) > most) throw tooLarge()
  if (request.body === null) return Buffer.alloc(0)
  const reader = request.body.getReader()
  /** @type {Uint8Array[]} */
  const parts = []
  let length = 0
  let late = false
  const timer = setTimeout(() => {
    late = true
    reader.cancel().catch(() => undefined)
  }, withinMs)
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (late)
        throw new HttpError('request_timeout', `The body: expected it within ${withinMs} ms.`, {
          headers: { connection: 'close' },
        })
      if (done) return Buffer.concat(parts)
      length += value.byteLength
      if (length > most) {
        reader.cancel().catch(() => undefined)
        throw tooLarge()
      }
      parts.push(value)
    }
  } finally {
    clearTimeout(timer)
  }
}

/** @param {Uint8Array} bytes */
function decode(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new HttpError('invalid_json', 'The body is no UTF-8.', { cause: error })
  }
}

/**
 * Checks how deep a text of JSON is nested, before anything is made of it.
 *
 * @param {string} json
 * @param {number} most
 */
function mustBeShallow(json, most) {
  let depth = 0
  for (const [mark] of json.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{}]/gs)) {
    if (mark === '[' || mark === '{') {
      depth++
      if (depth > most)
        throw new HttpError('too_deep', `The body: expected at most ${most} levels of arrays and objects.`)
    } else if (mark === ']' || mark === '}') depth--
  }
}
