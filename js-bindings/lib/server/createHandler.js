import { getRequestListener } from '@hono/node-server'
import { checkNode } from '../checkNode.js'
import { loadModel } from '../loadModel.js'
import { Calls } from './Calls.js'
import { createApp } from './createApp.js'
import { KeyLimits } from './keys/KeyLimits.js'
import { Keys } from './keys/Keys.js'
import { ServedModels } from './models/ServedModels.js'
import { isLoaded, readHandlerOptions } from './readHandlerOptions.js'
import { ResponseStore } from './responses/ResponseStore.js'
import { Metrics } from './telemetry/Metrics.js'

/** @import { IncomingMessage } from 'node:http' */

checkNode()

/**
 * @typedef {import('./types.d.ts').CloseOptions} CloseOptions
 * @typedef {import('./types.d.ts').Handler} Handler
 * @typedef {import('./types.d.ts').HandlerLimits} HandlerLimits
 * @typedef {import('./types.d.ts').HandlerLog} HandlerLog
 * @typedef {import('./types.d.ts').HandlerOptions} HandlerOptions
 * @typedef {import('./types.d.ts').KeyEntry} KeyEntry
 * @typedef {import('./types.d.ts').ServedModel} ServedModel
 */

/**
 * What all requests have in common.
 *
 * @typedef {Readonly<ReturnType<typeof servicesOf>>} Services
 */

/**
 * Makes a server without a port, that answers the clients of OpenAI's, Anthropic's, Ollama's and llama-server's interfaces.
 *
 * @param {HandlerOptions} options
 * @returns {Handler} to be closed when it is no longer needed
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`, `FILE_NOT_FOUND` or `IO_ERROR`
 */
export function createHandler(options) {
  const services = servicesOf(options)
  const { app, owns } = createApp(services)
  const listener = getRequestListener((request, env) => app.fetch(request, env), {
    overrideGlobalObjects: false,
  })
  /** @type {Promise<void> | undefined} */
  let closing
  const close = ({ abort = false } = {}) => {
    const ended = services.calls.close({ abort })
    closing ??= ended.then(() => services.models.close())
    return closing
  }
  return {
    fetch: async (request) => app.fetch(request),
    node(request, response, next) {
      const [path] = (request.url ?? '/').split('?')
      if (next !== undefined && !owns(path)) return next()
      withReadBody(request)
      listener(request, response)
    },
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}

/** @param {HandlerOptions} options */
function servicesOf(options) {
  const { models, keepAlive, maxLoaded, keys, limits, metrics, ...others } = readHandlerOptions(options)
  const load = (
    /** @type {import('./types.d.ts').ServedModel} */ { source, ...settings },
    /** @type {import('../types.d.ts').LoadOptions['onProgress']} */ onProgress,
  ) => loadModel(source, { ...settings, onProgress })
  const served = new ServedModels(models, { load, isLoaded, keepAlive, maxLoaded })
  const calls = new Calls(limits.queue)
  return {
    ...others,
    limits,
    models: served,
    calls,
    metrics: metrics === undefined ? undefined : new Metrics(metrics, { models: served, calls }),
    keys: keys === undefined ? undefined : new Keys(keys, others.log),
    keyLimits: new KeyLimits(limits.redis),
    responses: new ResponseStore(limits.responses),
    startedAt: Date.now(),
  }
}

/**
 * Hands on a body that somebody has read before, as Express's `json()` does.
 *
 * @param {IncomingMessage & { body?: unknown, rawBody?: unknown }} request
 */
function withReadBody(request) {
  if (!request.readableEnded || request.body === undefined || request.rawBody !== undefined) return
  const { body } = request
  request.rawBody = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}
