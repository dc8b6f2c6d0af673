import { openAiError } from '../errors/errorForms.js'

/** @import { Call } from '../Call.js' */
/** @import { Endpoint } from '../Endpoint.js' */
/** @import { Entry } from '../models/ServedModels.js' */

/** The models that a client may use. @type {Endpoint} */
export const listModels = {
  method: 'get',
  path: '/v1/models',
  aliases: ['/models'],
  summary: 'Lists the models',
  errors: openAiError,
  answer: (call) => ({
    object: 'list',
    data: call.services.models
      .list()
      .filter(({ name }) => call.mayUse(name))
      .map((entry) => modelObject(entry, call)),
  }),
}

/** One of them; names may have slashes. @type {Endpoint} */
export const getModel = {
  method: 'get',
  path: '/v1/models/:name{.+}',
  aliases: ['/models/:name{.+}'],
  summary: 'Tells of a model',
  errors: openAiError,
  answer: (call) => modelObject(call.allowed(call.params.name), call),
}

/** @param {Entry} entry @param {Call} call */
function modelObject({ name, model }, { services }) {
  return {
    id: name,
    object: 'model',
    created: Math.floor(services.startedAt / 1000),
    owned_by: 'realm',
    ...(model === undefined
      ? {}
      : { meta: { architecture: model.architecture, context_length: model.contextLength } }),
  }
}
