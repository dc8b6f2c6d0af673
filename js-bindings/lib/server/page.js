import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { packageFolder } from '../packageFolder.js'
import { openAiError } from './errors/errorForms.js'
import { HttpError } from './errors/HttpError.js'

/** @import { Call } from './Call.js' */
/** @import { Endpoint } from './Endpoint.js' */

const FOLDER = 'js-bindings/build/page'

/** The files of the page, by their paths. @type {Readonly<Record<string, [file: string, contentType: string]>>} */
const FILES = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/page.js': ['page.js', 'text/javascript; charset=utf-8'],
  '/page.css': ['page.css', 'text/css; charset=utf-8'],
}

/**
 * What a browser lets the page do: ask this server, and nothing else. A model's text is part of it, which nobody trusts.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The chat in a browser; it asks for a key itself, where one is wanted. @type {readonly Endpoint[]} */
export const pageEndpoints = Object.entries(FILES).map(([path, [file, contentType]]) => ({
  method: 'get',
  path,
  summary: 'A page to chat with the models, and to look at the engine',
  errors: openAiError,
  open: true,
  answer: (call) => pageFile(call, file, contentType),
}))

/** Of each file, what is sent. @type {Map<string, { bytes: Buffer, packed: Buffer, etag: string }>} */
const read = new Map()

/** @param {Call} call @param {string} file @param {string} contentType */
function pageFile({ request }, file, contentType) {
  const { bytes, packed, etag } = contentOf(file)
  const headers = {
    'content-type': contentType,
    'content-security-policy': POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
    vary: 'accept-encoding',
    etag,
  }
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
  const isPacked = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '')
  return new Response(isPacked ? packed : bytes, {
    headers: { ...headers, ...(isPacked ? { 'content-encoding': 'gzip' } : {}) },
  })
}

/** @param {string} file */
function contentOf(file) {
  const known = read.get(file)
  if (known !== undefined) return known
  const folder = packageFolder()
  let bytes
  try {
    bytes = readFileSync(join(folder ?? '', FOLDER, file))
  } catch (error) {
    throw new HttpError('not_found', 'The page is not built: npm run build makes it.', { cause: error })
  }
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
  const content = { bytes, packed: gzipSync(bytes), etag }
  read.set(file, content)
  return content
}
