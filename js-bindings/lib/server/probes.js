import { openAiError } from './errors/errorForms.js'
import { HttpError } from './errors/HttpError.js'

/** @import { Endpoint } from './Endpoint.js' */

/** Whether the process lives. @type {Endpoint} */
export const health = {
  method: 'get',
  path: '/health',
  aliases: ['/v1/health'],
  summary: 'Says that the server lives',
  errors: openAiError,
  open: true,
  answer: () => ({ status: 'ok' }),
}

/** Whether requests may be sent here. @type {Endpoint} */
export const ready = {
  method: 'get',
  path: '/ready',
  summary: 'Says whether the server takes requests',
  errors: openAiError,
  open: true,
  answer({ services }) {
    if (services.calls.closing) throw new HttpError('shutting_down', 'The server ends.')
    if (services.calls.full) throw services.calls.overloaded()
    return { status: 'ready' }
  },
}
