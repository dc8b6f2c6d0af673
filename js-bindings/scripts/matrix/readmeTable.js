import { meanOf, short } from './exactness.js'

/** @import { Figure } from './exactness.js' */

/** The tiny models that stand for a row of README's table, where there is more to it than one of the same name. */
const MODELS = /** @type {Record<string, string[]>} */ ({
  '`llama`': ['llama', 'llama3-rope'],
  '`llama` with experts': ['llama-moe'],
  '`qwen3`': ['qwen3', 'qwen3-embed', 'qwen3-rerank'],
  '`gemma4` with experts': ['gemma4-moe'],
  '`phi3`': ['phi3', 'phi3-short', 'phi3-long'],
  '`granitehybrid` with experts': ['granitehybrid-moe'],
  '`olmo2` with a window': ['olmo3'],
  '`stablelm`': ['stablelm', 'stablelm-parallel'],
  '`exaone4`': ['exaone4', 'exaone4-swa'],
  '`qwen35`': ['qwen35', 'qwen35-head'],
  '`qwen35moe`': ['qwen35moe', 'qwen35moe-head'],
  '`deepseek2`': ['deepseek2', 'deepseek2-lite'],
  '`bert`': ['bert', 'bert-rerank'],
  '`jina-bert-v2`': ['jina-bert-v2', 'jina-bert-v2-code'],
})

/** A row of an architecture: its name and its models stay, the three figures are written. */
const ROW = /^( {2}\| (`[\w-]+`[\w ]*) \| .* \|)( [^|]* \|){3}$/gm

/**
 * README with the figures of its table of architectures: of each row's models the furthest in F32, and the furthest in Q4_K_M
 * beside node-llama-cpp.
 *
 * @param {string} readme
 * @param {readonly Figure[]} figures
 * @throws {Error} for a row that nothing was measured of
 */
export function withFigures(readme, figures) {
  return readme.replace(ROW, (_, kept, architecture) => {
    const models = MODELS[architecture] ?? [architecture.replaceAll('`', '')]
    const plain = furthest(models, 'F32', figures)
    const quantized = furthest(models, 'Q4_K_M', figures)
    return `${kept} ${short(plain.realm)} | ${short(quantized.realm)} | ${short(quantized.peer)} |`
  })
}

/**
 * @param {string[]} models
 * @param {string} type
 * @param {readonly Figure[]} figures
 */
function furthest(models, type, figures) {
  const means = models
    .map((model) => figures.filter((figure) => figure.model === model && figure.type === type))
    .filter((own) => own.length > 0)
    .map(meanOf)
  if (means.length === 0) throw new Error(`${models} in ${type} was not measured, but README has a row of it`)
  return means.reduce((a, b) => (b.realm > a.realm ? b : a))
}
