/** @import { GenerateOptions } from '../../lib/types.d.ts' */
/** @import { GenerateFlags } from './addGenerateOptions.js' */

/**
 * The library's options that the user's flags stand for.
 *
 * @param {GenerateFlags} flags
 * @returns {GenerateOptions}
 */
export function readGenerateFlags({ system, maxTokens, temperature, topK, topP, minP, seed, stop }) {
  return { system, maxTokens, temperature, topK, topP, minP, seed, stop }
}
