import { randomUUID } from 'node:crypto'
import { Hono } from 'hono'
import { cors } from 'hono/cors'
import { answerCall } from './answerCall.js'
import { Call } from './Call.js'
import { endpoints } from './endpoints.js'
import { anthropicError, ollamaError, openAiError } from './errors/errorForms.js'
import { failureResponse } from './errors/failureResponse.js'
import { HttpError } from './errors/HttpError.js'
import { httpErrorOf } from './errors/httpErrorOf.js'
import { pageEndpoints } from './page.js'

/** @import { Context } from 'hono' */
/** @import { Services } from './createHandler.js' */

/** What pages may read of an answer's headers. */
const EXPOSED = [
  'x-request-id',
  'realm-ignored',
  'retry-after',
  ...['requests', 'tokens'].flatMap((what) =>
    ['limit', 'remaining', 'reset'].map((part) => `x-ratelimit-${part}-${what}`),
  ),
]

/**
 * Puts the endpoints behind their paths.
 *
 * @param {Services} services
 * @returns {{ app: Hono, owns: (path: string) => boolean }} `owns`: whether there is something behind a path
 */
export function createApp(services) {
  const app = new Hono()
  if (services.cors.length > 0) {
    const [first] = services.cors
    app.use(cors({ origin: first === '*' ? '*' : services.cors, exposeHeaders: EXPOSED, maxAge: 600 }))
  }
  /** @type {Map<string, string[]>} methods, by paths */
  const paths = new Map()
  for (const endpoint of services.page ? [...endpoints, ...pageEndpoints] : endpoints) {
    for (const path of [endpoint.path, ...(endpoint.aliases ?? [])]) {
      paths.set(path, [...(paths.get(path) ?? []), endpoint.method.toUpperCase()])
      app.on(endpoint.method, path, (context) => {
        const call = new Call(
          {
            id: requestId(context),
            request: context.req.raw,
            params: context.req.param(),
            query: context.req.query(),
          },
          endpoint,
          services,
        )
        return answerCall(call)
      })
    }
  }
  for (const [path, methods] of paths) {
    const allow = methods.join(', ')
    app.all(path, (context) =>
      fail(
        context,
        new HttpError('method_not_allowed', `The method ${context.req.method}: expected ${allow}.`, {
          headers: { allow },
        }),
      ),
    )
  }
  app.notFound((context) =>
    fail(context, new HttpError('not_found', 'There is nothing at this path: see /openapi.json.')),
  )
  app.onError((error, context) => {
    services.log.error({ err: error }, 'a request failed')
    return fail(context, httpErrorOf(error))
  })
  const patterns = [...paths.keys()].map(
    (path) => new RegExp(`^${path.replace(/:\w+\{\.\+\}/g, '.+').replace(/:\w+/g, '[^/]+')}$`),
  )
  return { app, owns: (path) => patterns.some((pattern) => pattern.test(path)) }
}

/** @param {Context} context @param {HttpError} error */
function fail(context, error) {
  const { path } = context.req
  const form = path.startsWith('/api/')
    ? ollamaError
    : path.startsWith('/v1/messages')
      ? anthropicError
      : openAiError
  return failureResponse(error, form, requestId(context))
}

/** The id that the client gives a request, if it is one, or a new one. @param {Context} context */
function requestId(context) {
  const given = context.req.header('x-request-id') ?? ''
  return /^[\w.:-]{1,128}$/.test(given) ? given : `req_${randomUUID()}`
}
