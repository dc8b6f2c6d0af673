/** @import { GenerateOptions } from '../../lib/types.d.ts' */
/** @import { GenerateFlags } from './addGenerateOptions.js' */

/**
 * The library's options that the user's flags stand for.
 *
 * @param {GenerateFlags} flags
 * @returns {GenerateOptions}
 */
export function readGenerateFlags({ templateOption: templateOptions, ...flags }) {
  const { system, maxTokens, temperature, topK, topP, minP, seed, stop } = flags
  return { system, templateOptions, maxTokens, temperature, topK, topP, minP, seed, stop }
}
