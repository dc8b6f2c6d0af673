/**
 * A tiny model that the engine is held to the truth with.
 *
 * @typedef {object} TinyModel
 * @property {string} model a name in test-java/src/test/python/golden/families.py
 * @property {string} type the type of its matrices
 * @property {number} seed of its weights and its sequences; an integer from 0
 */

/** Those that generate, those that embed, and those that rank. */
export const models = [
  'llama',
  'llama-moe',
  'llama3-rope',
  'qwen2',
  'qwen3',
  'qwen3moe',
  'gemma2',
  'gemma3',
  'smollm3',
  'phi3',
  'phi3-short',
  'phi3-long',
  'mistral3',
  'gemma3n',
  'gemma4',
  'gemma4-moe',
  'gpt-oss',
  'granite',
  'granitehybrid',
  'granitehybrid-moe',
  'lfm2',
  'lfm2moe',
  'mamba2',
  'nemotron_h',
  'olmo2',
  'olmo3',
  'starcoder2',
  'stablelm',
  'stablelm-parallel',
  'glm4',
  'ernie4_5',
  'exaone4',
  'exaone4-swa',
  'hunyuan-dense',
  'cohere2',
  'qwen2moe',
  'qwen3next',
  'qwen35',
  'qwen35moe',
  'qwen35-head',
  'qwen35moe-head',
  'llama4',
  'deepseek2',
  'deepseek2-lite',
  'bert',
  'nomic-bert',
  'nomic-bert-moe',
  'modern-bert',
  'jina-bert-v2',
  'jina-bert-v2-code',
  'gemma-embedding',
  'qwen3-embed',
  'bert-rerank',
  'qwen3-rerank',
]

/** Those of them with a head that guesses tokens, whose guesses are exact too. */
export const modelsWithHead = ['qwen35-head', 'qwen35moe-head']

/** Files of a type: what users call by this name has some tensors of another one. */
export const types = [
  'F32',
  'Q8_0',
  'Q4_0',
  'Q4_K_M',
  'IQ4_NL',
  'IQ4_XS',
  'MXFP4',
  'NVFP4',
  'Q5_K',
  'Q3_K',
  'Q2_K',
  'IQ3_S',
  'IQ3_XXS',
  'IQ2_S',
  'IQ2_XS',
  'IQ2_XXS',
  'IQ1_M',
  'IQ1_S',
  'TQ1_0',
  'TQ2_0',
]

export const seeds = [1, 2, 3]

/** Where MXFP4 applies: in mixtures, and one that is none. */
const WITH_MXFP4 = ['llama', 'llama-moe', 'qwen3moe', 'gemma4-moe', 'gpt-oss']

/** Types that all architectures do not need: the products with them are the same in each. */
const FEW_BITS = types.slice(types.indexOf('NVFP4'))
const WITH_FEW_BITS = ['llama', 'qwen3', 'qwen3moe']

/** @param {string} model @param {string} type */
function applies(model, type) {
  if (FEW_BITS.includes(type)) return WITH_FEW_BITS.includes(model)
  return type !== 'MXFP4' || WITH_MXFP4.includes(model)
}

/** @returns {TinyModel[]} all cases */
export function allCases() {
  return models.flatMap((model) =>
    types
      .filter((type) => applies(model, type))
      .flatMap((type) => seeds.map((seed) => ({ model, type, seed }))),
  )
}

/** @returns {TinyModel[]} each model in F32 and in one other type, and each type, or another of its layout, in one model */
export function fewCases() {
  const quantized = models.map((model) => ({ model, type: 'Q4_K_M', seed: 1 }))
  const others = [
    { model: 'llama', type: 'Q8_0', seed: 1 },
    { model: 'llama', type: 'Q4_0', seed: 1 },
    { model: 'qwen3', type: 'IQ4_NL', seed: 1 },
    { model: 'qwen3', type: 'IQ4_XS', seed: 1 },
    { model: 'qwen3moe', type: 'MXFP4', seed: 1 },
    { model: 'gpt-oss', type: 'MXFP4', seed: 1 },
    ...['NVFP4', 'Q5_K', 'Q3_K', 'Q2_K', 'IQ3_S', 'IQ2_S', 'IQ1_M', 'TQ1_0'].map((type) => ({
      model: 'llama',
      type,
      seed: 1,
    })),
  ]
  return [...models.map((model) => ({ model, type: 'F32', seed: 1 })), ...quantized, ...others]
}

/**
 * @param {TinyModel} tiny
 * @returns {string} the name of its files
 */
export function nameOf({ model, type, seed }) {
  return `${model}-${type}-${seed}`
}
