import { openAiError } from './errors/errorForms.js'

/** @import { Endpoint } from './Endpoint.js' */

/** What the engine does with each model that the client may use. @type {Endpoint} */
export const stats = {
  method: 'get',
  path: '/stats',
  summary: 'Tells what runs and waits, and of the cache, by model',
  errors: openAiError,
  answer: (call) => ({
    models: call.services.models
      .list()
      .filter(({ name }) => call.mayUse(name))
      .map(({ name, model }) => ({ name, loaded: model !== undefined, stats: model?.stats() })),
  }),
}
