import { generateOptions } from '../../../lib/generation/options.js'
import { kept } from './kept.js'

/**
 * A number that the user may choose, by its name in a request: its documented range, and the part of that which a slider
 * spans where the whole would be too coarse.
 *
 * @typedef {object} Dial
 * @property {string} field
 * @property {string} label
 * @property {{ meaning: string, from?: number, above?: number, to: number, default?: number }} option
 * @property {number} [sliderTo]
 * @property {number} step
 */

const { temperature, topP, topK, minP, repeatPenalty, presencePenalty, frequencyPenalty, maxTokens, seed } =
  /** @type {Record<string, any>} */ (generateOptions)

/** @type {readonly Dial[]} */
export const dials = [
  { field: 'temperature', label: 'Temperature', option: temperature, sliderTo: 2, step: 0.05 },
  { field: 'top_p', label: 'Top P', option: topP, step: 0.01 },
  { field: 'top_k', label: 'Top K', option: topK, sliderTo: 200, step: 1 },
  { field: 'min_p', label: 'Min P', option: minP, step: 0.01 },
  { field: 'repeat_penalty', label: 'Repeat penalty', option: repeatPenalty, sliderTo: 2, step: 0.05 },
  { field: 'presence_penalty', label: 'Presence penalty', option: presencePenalty, sliderTo: 2, step: 0.1 },
  {
    field: 'frequency_penalty',
    label: 'Frequency penalty',
    option: frequencyPenalty,
    sliderTo: 2,
    step: 0.1,
  },
  { field: 'max_tokens', label: 'Most tokens', option: maxTokens, sliderTo: 4096, step: 1 },
  { field: 'seed', label: 'Seed', option: seed, sliderTo: 1000, step: 1 },
]

/**
 * What the user has chosen for all chats; what is not there is the model's own.
 *
 * @typedef {object} Settings
 * @property {string} system
 * @property {Record<string, number>} dials by their fields
 * @property {string} schema JSON, or empty
 * @property {string} tools JSON, or empty
 * @property {'' | 'none' | 'low' | 'medium' | 'high'} effort of thoughts
 * @property {boolean} alternatives whether each token's alternatives are asked for
 */

/** Kept in the browser. */
export const settings = kept(
  'settings',
  /** @type {Settings} */ ({ system: '', dials: {}, schema: '', tools: '', effort: '', alternatives: true }),
)

/** @param {Partial<Settings>} change */
export function changeSettings(change) {
  settings.value = { ...settings.value, ...change }
}

/**
 * What is wrong with a text that should be JSON of some kind; empty if nothing is.
 *
 * @param {string} text
 * @param {'object' | 'list'} kind
 */
export function faultOf(text, kind) {
  if (text.trim() === '') return ''
  try {
    const value = JSON.parse(text)
    const isList = Array.isArray(value)
    if (kind === 'list' ? isList : typeof value === 'object' && value !== null && !isList) return ''
    return kind === 'list' ? 'It is no list: write […].' : 'It is no object: write {…}.'
  } catch (error) {
    return /** @type {Error} */ (error).message
  }
}

/**
 * The fields of a request that follow from the settings.
 *
 * @param {Settings} chosen
 */
export function requestFields({ dials, schema, tools, effort, alternatives }) {
  return {
    ...dials,
    ...(schema.trim() === '' || faultOf(schema, 'object') !== ''
      ? {}
      : {
          response_format: {
            type: 'json_schema',
            json_schema: { name: 'answer', strict: true, schema: JSON.parse(schema) },
          },
        }),
    ...(tools.trim() === '' || faultOf(tools, 'list') !== '' ? {} : { tools: JSON.parse(tools) }),
    ...(effort === '' ? {} : { reasoning_effort: effort }),
    ...(alternatives ? { logprobs: true, top_logprobs: 5 } : {}),
  }
}
