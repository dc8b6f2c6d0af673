import { openAiError } from '../errors/errorForms.js'
import { HttpError } from '../errors/HttpError.js'

/** @import { Endpoint } from '../Endpoint.js' */

/** The figures of the server, as Prometheus reads them. @type {Endpoint} */
export const metrics = {
  method: 'get',
  path: '/metrics',
  summary: 'Gives figures for Prometheus',
  errors: openAiError,
  async answer({ services }) {
    if (services.metrics === undefined)
      throw new HttpError('not_found', 'There are no metrics: the server was started without.')
    const { text, type } = await services.metrics.text()
    return new Response(text, { headers: { 'content-type': type } })
  },
}
