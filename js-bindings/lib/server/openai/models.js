import { openAiError } from '../errors/errorForms.js'

/** @import { Call } from '../Call.js' */
/** @import { Endpoint } from '../Endpoint.js' */
/** @import { Entry } from '../models/ServedModels.js' */

/** The models that a client may use, in the form of Anthropic's list where one of its clients asks. @type {Endpoint} */
export const listModels = {
  method: 'get',
  path: '/v1/models',
  aliases: ['/models'],
  summary: 'Lists the models',
  errors: openAiError,
  answer(call) {
    const entries = call.services.models.list().filter(({ name }) => call.mayUse(name))
    if (!call.request.headers.has('anthropic-version')) {
      return { object: 'list', data: entries.map((entry) => modelObject(entry, call)) }
    }
    const data = entries.map((entry) => anthropicModel(entry, call))
    return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null }
  },
}

/** One of them; names may have slashes. @type {Endpoint} */
export const getModel = {
  method: 'get',
  path: '/v1/models/:name{.+}',
  aliases: ['/models/:name{.+}'],
  summary: 'Tells of a model',
  errors: openAiError,
  answer(call) {
    const entry = call.allowed(call.params.name)
    return call.request.headers.has('anthropic-version')
      ? anthropicModel(entry, call)
      : modelObject(entry, call)
  },
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

/** @param {Entry} entry @param {Call} call */
function anthropicModel({ name }, { services }) {
  return {
    type: 'model',
    id: name,
    display_name: name,
    created_at: new Date(services.startedAt).toISOString(),
  }
}
