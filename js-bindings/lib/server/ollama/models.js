import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { ollamaError } from '../errors/errorForms.js'
import { thinks } from '../generation/thinking.js'
import { packageVersion } from '../packageVersion.js'
import { name } from '../requests/fields.js'
import { withoutEffect } from '../requests/withoutEffect.js'
import { EventStream } from '../streams/EventStream.js'
import { jsonLines } from '../streams/streamForms.js'
import { fileTypes } from './fileTypes.js'

/** @import { Model } from '../../Model.js' */
/** @import { Call } from '../Call.js' */
/** @import { Endpoint } from '../Endpoint.js' */
/** @import { Entry } from '../models/ServedModels.js' */

/** The version of the server, for those that ask what Ollama's is. @type {Endpoint} */
export const version = {
  method: 'get',
  path: '/api/version',
  summary: 'Gives the version, for clients of Ollama',
  errors: ollamaError,
  answer: () => ({ version: packageVersion() }),
}

/** The models that a client may use. @type {Endpoint} */
export const tags = {
  method: 'get',
  path: '/api/tags',
  summary: 'Lists the models, for clients of Ollama',
  errors: ollamaError,
  answer: (call) => ({ models: usable(call).map((entry) => modelOf(entry, call)) }),
}

/** Those that are loaded, and until when. @type {Endpoint} */
export const ps = {
  method: 'get',
  path: '/api/ps',
  summary: 'Lists the models that are loaded, for clients of Ollama',
  errors: ollamaError,
  answer: (call) => ({
    models: usable(call)
      .filter(({ model }) => model !== undefined)
      .map((entry) => ({
        ...modelOf(entry, call),
        expires_at: call.services.models.expiry(entry),
        size_vram: 0,
        context_length: entry.model?.contextLength,
      })),
  }),
}

const showSchema = v.object({
  model: v.optional(name),
  name: v.optional(name),
  verbose: v.optional(v.boolean()),
})

/** What a model's file says of it. @type {Endpoint} */
export const show = {
  method: 'post',
  path: '/api/show',
  summary: 'Tells of a model, for clients of Ollama',
  errors: ollamaError,
  form: { schema: showSchema, withoutEffect: withoutEffect.ollamaShow },
  async answer(call, /** @type {v.InferOutput<typeof showSchema>} */ fields) {
    const { model } = await call.lease(fields.model ?? fields.name)
    const template = model.metadata['tokenizer.chat_template']
    return {
      modelfile: '',
      parameters: '',
      license: model.metadata['general.license'] ?? '',
      template: typeof template === 'string' ? template : '',
      details: detailsOf(model),
      model_info: model.metadata,
      capabilities: capabilitiesOf(model),
      modified_at: modifiedAt(call),
    }
  },
}

const pullSchema = v.object({
  model: v.optional(name),
  name: v.optional(name),
  stream: v.optional(v.boolean()),
  insecure: v.optional(v.boolean()),
})

/** Fetches one of the models, if it is not here yet, and loads it. @type {Endpoint} */
export const pull = {
  method: 'post',
  path: '/api/pull',
  summary: 'Fetches and loads one of the models, for clients of Ollama',
  errors: ollamaError,
  form: { schema: pullSchema, withoutEffect: { ignored: ['username', 'password'], refused: {} } },
  async answer(call, /** @type {v.InferOutput<typeof pullSchema>} */ fields) {
    const asked = fields.model ?? fields.name
    call.allowed(asked)
    if (fields.stream !== false) return new EventStream(jsonLines, progress(call, asked))
    await call.lease(asked)
    return { status: 'success' }
  },
}

/** @param {Call} call @param {string | undefined} asked */
async function* progress(call, asked) {
  yield { status: 'pulling manifest' }
  /** @type {object[]} */
  let steps = []
  /** @type {(value?: unknown) => void} */
  let wake = () => undefined
  const leased = call.lease(asked, {
    onProgress(step) {
      if (!('totalBytes' in step) || step.phase === 'copy') return
      const { file, bytes, totalBytes } = step
      // What nobody has read yet is old.
      steps = [{ status: `pulling ${file}`, digest: file, total: totalBytes, completed: bytes }]
      wake()
    },
  })
  let isDone = false
  const done = leased.finally(() => {
    isDone = true
    wake()
  })
  done.catch(() => undefined)
  while (!isDone) {
    yield* steps.splice(0)
    if (!isDone && steps.length === 0) {
      await new Promise((resolve) => {
        wake = resolve
      })
    }
  }
  await done
  yield { status: 'success' }
}

/** @param {Call} call */
const usable = (call) => call.services.models.list().filter(({ name }) => call.mayUse(name))

/** @param {Call} call */
const modifiedAt = ({ services }) => new Date(services.startedAt).toISOString()

/**
 * What is told of a model; what is not known before it is loaded is 0 or empty.
 *
 * @param {Entry} entry
 * @param {Call} call
 */
function modelOf({ name, model }, call) {
  return {
    name,
    model: name,
    modified_at: modifiedAt(call),
    size: model?.fileBytes ?? 0,
    // Ollama's is of what the name stands for, and its clients show the first twelve characters.
    digest: createHash('sha256').update(name).digest('hex'),
    details: detailsOf(model),
  }
}

/** @param {Model | undefined} model */
function detailsOf(model) {
  const family = model?.architecture ?? ''
  const size = model?.metadata['general.size_label']
  return {
    parent_model: '',
    format: 'gguf',
    family,
    families: family === '' ? [] : [family],
    parameter_size: typeof size === 'string' ? size : '',
    quantization_level: fileTypes[Number(model?.metadata['general.file_type'])] ?? '',
  }
}

/** @param {Model} model */
function capabilitiesOf(model) {
  const { metadata, architecture } = model
  const isEncoder = metadata[`${architecture}.attention.causal`] === false
  if (isEncoder) return ['embedding']
  return ['completion', 'embedding', 'tools', ...(thinks(model) ? ['thinking'] : [])]
}
