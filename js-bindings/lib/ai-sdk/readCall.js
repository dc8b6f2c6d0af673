import { describedSchema } from '../generation/describedSchema.js'
import { readMessages } from './readMessages.js'

/** @import { LanguageModelV4CallOptions, SharedV4Warning } from '@ai-sdk/provider' */
/** @import { Format, GenerateOptions, Message, Reasoning, ToolChoice, Tools } from '../types.d.ts' */

/** Settings that `generate` has by another name, or the same. */
const SETTINGS = /** @type {const} */ ({
  maxOutputTokens: 'maxTokens',
  temperature: 'temperature',
  stopSequences: 'stop',
  topP: 'topP',
  topK: 'topK',
  presencePenalty: 'presencePenalty',
  frequencyPenalty: 'frequencyPenalty',
  seed: 'seed',
  abortSignal: 'signal',
})

/**
 * Reads a call of the AI SDK.
 *
 * @param {LanguageModelV4CallOptions} call
 * @param {boolean} thinks whether the model's chat template knows of thoughts
 * @param {GenerateOptions} defaults
 * @returns {{ messages: Message[], options: GenerateOptions, warnings: SharedV4Warning[] }}
 * @throws {import('../errors/RealmError.js').RealmError} `INVALID_ARGUMENT` for parts that are no text
 */
export function readCall(call, thinks, defaults) {
  /** @type {SharedV4Warning[]} */
  const warnings = []
  const settings = Object.entries(SETTINGS).map(([name, option]) => [
    option,
    call[/** @type {keyof typeof SETTINGS} */ (name)],
  ])
  const { tools, toolChoice } = readTools(call, warnings)
  /** @type {GenerateOptions} */
  const given = {
    ...Object.fromEntries(settings),
    format: readResponseFormat(call.responseFormat),
    reasoning: readReasoning(call.reasoning, thinks, warnings),
    tools,
    toolChoice,
    ...call.providerOptions?.realm,
  }
  const said = Object.entries(given).filter(([, value]) => value !== undefined && value !== null)
  return {
    messages: readMessages(call.prompt),
    options: { ...defaults, ...Object.fromEntries(said) },
    warnings,
  }
}

/**
 * @param {LanguageModelV4CallOptions} call
 * @param {SharedV4Warning[]} warnings
 * @returns {{ tools?: Tools, toolChoice?: ToolChoice }}
 */
function readTools({ tools = [], toolChoice }, warnings) {
  /** @type {Record<string, import('../types.d.ts').Tool>} */
  const read = {}
  for (const tool of tools) {
    if (tool.type === 'function') {
      read[tool.name] = { description: tool.description, parameters: tool.inputSchema }
    } else {
      warnings.push({
        type: 'unsupported',
        feature: `tool ${tool.name}`,
        details: 'Tools of other providers do not run here.',
      })
    }
  }
  if (Object.keys(read).length === 0) return {}
  if (toolChoice?.type === 'tool') return { tools: read, toolChoice: { tool: toolChoice.toolName } }
  return { tools: read, toolChoice: toolChoice?.type }
}

/**
 * @param {LanguageModelV4CallOptions['responseFormat']} format
 * @returns {Format | undefined}
 */
function readResponseFormat(format) {
  if (format?.type !== 'json') return undefined
  const { schema, name, description } = format
  return schema === undefined
    ? 'json'
    : { schema: /** @type {any} */ (describedSchema(schema, name, description)) }
}

/** How hard a model thinks, in the words that chat templates know. */
const EFFORTS = /** @type {const} */ ({
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
})

/**
 * @param {LanguageModelV4CallOptions['reasoning']} reasoning
 * @param {boolean} thinks
 * @param {SharedV4Warning[]} warnings
 * @returns {Reasoning | undefined}
 */
function readReasoning(reasoning, thinks, warnings) {
  if (reasoning === undefined || reasoning === 'provider-default') return undefined
  if (reasoning === 'none') return thinks ? false : undefined
  if (thinks) return { effort: EFFORTS[reasoning] }
  warnings.push({
    type: 'unsupported',
    feature: 'reasoning',
    details: "The model's chat template knows of no thoughts.",
  })
  return undefined
}
