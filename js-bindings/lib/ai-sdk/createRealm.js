import { invalidArgument, oneOf } from '../arguments/checks.js'
import { readOptions } from '../arguments/readOptions.js'
import { loadModel } from '../loadModel.js'
import { Model } from '../Model.js'
import { embeddingModel } from './embeddingModel.js'
import { languageModel } from './languageModel.js'
import { rerankingModel } from './rerankingModel.js'
import { embeddingModelV2, languageModelV2 } from './specificationV2.js'

/** @import { EmbeddingModelV2, EmbeddingModelV3, EmbeddingModelV4, LanguageModelV2, LanguageModelV3, LanguageModelV4, RerankingModelV3, RerankingModelV4 } from '@ai-sdk/provider' */
/** @import { GenerateOptions, LoadOptions } from '../types.d.ts' */

/**
 * The models of a specification.
 *
 * @typedef {{ v4: LanguageModelV4, v3: LanguageModelV3, v2: LanguageModelV2 }} LanguageModels
 * @typedef {{ v4: EmbeddingModelV4, v3: EmbeddingModelV3, v2: EmbeddingModelV2<string> }} EmbeddingModels
 * @typedef {{ v4: RerankingModelV4, v3: RerankingModelV3, v2: RerankingModelV3 }} RerankingModels
 */

/**
 * How a provider is made. Every option may be left out.
 *
 * @template {'v4' | 'v3' | 'v2'} [V='v4']
 * @typedef {object} RealmProviderOptions
 * @property {V} [specification] of its models: `v4` for `ai` 7, `v3` for `ai` 6, `v2` for `ai` 5; default: `v4`
 * @property {Omit<LoadOptions, 'signal'>} [load] how models are loaded that are given by their names; default: as `loadModel` does
 */

/**
 * A provider of models for Vercel's AI SDK, in this process. A model is one that `loadModel` gave, or what it takes to load
 * it: that happens with its first use, once, and `dispose` frees it.
 *
 * @template {'v4' | 'v3' | 'v2'} V
 * @typedef {object} RealmProviderMethods
 * @property {'v4' | 'v3'} specificationVersion
 * @property {(model: Model | string, defaults?: Omit<GenerateOptions, 'n' | 'raw' | 'signal'>) => LanguageModels[V]} languageModel
 *   `defaults` are options of each call that it does not give itself
 * @property {(model: Model | string) => EmbeddingModels[V]} embeddingModel
 * @property {(model: Model | string) => EmbeddingModels[V]} textEmbeddingModel as `ai` 5 calls it
 * @property {(model: Model | string) => RerankingModels[V]} rerankingModel
 * @property {(model: string) => never} imageModel there are none
 * @property {() => Promise<void>} dispose frees the models that it has loaded
 * @property {() => Promise<void>} [Symbol.asyncDispose]
 */

/**
 * @template {'v4' | 'v3' | 'v2'} V
 * @typedef {RealmProviderMethods<V> & RealmProviderMethods<V>['languageModel']} RealmProvider
 */

/**
 * Makes a provider: `createRealm()('qwen3-0.6b')` is a language model.
 *
 * @template {'v4' | 'v3' | 'v2'} [V='v4']
 * @param {RealmProviderOptions<V>} [options]
 * @returns {RealmProvider<V>}
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT`
 */
export function createRealm(options = {}) {
  const { specification = 'v4', load } = readOptions(
    options,
    { specification: oneOf(['v4', 'v3', 'v2']), load: (value) => /** @type {LoadOptions} */ (value) },
    { what: 'the options of createRealm' },
  )
  /** @type {Map<string, Promise<Model>>} */
  const loaded = new Map()
  const source = (/** @type {unknown} */ given) => {
    if (given instanceof Model) return { name: given.name, open: async () => given }
    if (typeof given !== 'string')
      throw invalidArgument('model', given, 'a loaded model, or a name to load it by')
    const open = () => {
      const model = loaded.get(given) ?? loadModel(given, load)
      loaded.set(given, model)
      // A failure is told to who asked; the next one tries again.
      model.catch(() => loaded.delete(given))
      return model
    }
    return { name: given, open }
  }
  const language = (/** @type {Model | string} */ model, /** @type {GenerateOptions} */ defaults = {}) => {
    const made = languageModel(source(model), defaults, specification === 'v3' ? 'v3' : 'v4')
    return specification === 'v2' ? languageModelV2(made) : made
  }
  const embedding = (/** @type {Model | string} */ model) => {
    const made = embeddingModel(source(model), specification === 'v3' ? 'v3' : 'v4')
    return specification === 'v2' ? embeddingModelV2(made) : made
  }
  const dispose = async () => {
    const models = await Promise.allSettled(loaded.values())
    loaded.clear()
    for (const model of models) if (model.status === 'fulfilled') await model.value.dispose()
  }
  const provider = Object.assign(language, {
    specificationVersion: specification === 'v4' ? 'v4' : 'v3',
    languageModel: language,
    embeddingModel: embedding,
    textEmbeddingModel: embedding,
    rerankingModel: (/** @type {Model | string} */ model) =>
      rerankingModel(source(model), specification === 'v4' ? 'v4' : 'v3'),
    imageModel: (/** @type {string} */ model) => {
      throw invalidArgument('model', model, 'a model of texts', 'Realm makes no images.')
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  })
  return /** @type {any} */ (provider)
}
