import { openAiError } from '../errors/errorForms.js'
import { packageVersion } from '../packageVersion.js'

/** @import { Endpoint } from '../Endpoint.js' */

/** What the first model is, or that of the query's `model`. @type {Endpoint} */
export const props = {
  method: 'get',
  path: '/props',
  summary: 'Tells of a model and of how the server is set',
  errors: openAiError,
  async answer(call) {
    const { model, name } = await call.lease(call.query.model)
    const { metadata, contextLength } = model
    const template = metadata['tokenizer.chat_template']
    return {
      model_path: name,
      model_alias: name,
      total_slots: call.services.limits.queue,
      chat_template: typeof template === 'string' ? template : '',
      default_generation_settings: { n_ctx: contextLength },
      modalities: { vision: false, audio: false },
      build_info: `realm ${packageVersion()}`,
      is_sleeping: false,
    }
  },
}

/** What runs now: a slot a text. @type {Endpoint} */
export const slots = {
  method: 'get',
  path: '/slots',
  summary: 'Lists what runs now',
  errors: openAiError,
  answer(call) {
    const { models } = call.services
    const running = models
      .list()
      .filter(({ name }) => call.mayUse(name))
      .flatMap(({ name, model }) => {
        const { running, paused } = model?.stats() ?? { running: 0, paused: 0 }
        const slot = { model: name, n_ctx: model?.contextLength, is_processing: true }
        return Array.from({ length: running + paused }, () => slot)
      })
    return running.map((slot, id) => ({ id, ...slot }))
  },
}
