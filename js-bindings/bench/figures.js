/**
 * A figure that is measured on both sides.
 *
 * @typedef {object} Figure
 * @property {string} id its name in the JSON
 * @property {'load' | 'cold' | 'prefill' | 'decode' | 'memory'} group what `--only` names
 * @property {string} label its name in tables and plots
 * @property {'ms' | 'tokens/s' | 'MB'} unit MB are 10^6 bytes
 * @property {boolean} lowerIsBetter whether a ratio below 1 is a win
 * @property {number} [promptTokens] the length of the prompt, where the figure comes from one
 * @property {number} [busy] how many other processes keep the cores busy meanwhile; default none
 */

/** All figures, in the order of the table. @type {readonly Figure[]} */
export const figures = [
  { id: 'load', group: 'load', label: 'load', unit: 'ms', lowerIsBetter: true },
  { id: 'cold', group: 'cold', label: 'cold node to first token', unit: 'ms', lowerIsBetter: true },
  ...[64, 512, 2048].map((tokens) => prefill(tokens)),
  ...[0, 512, 2048].map((context) => decode(context)),
  { id: 'resident', group: 'memory', label: 'resident memory', unit: 'MB', lowerIsBetter: true },
  { id: 'peak', group: 'memory', label: 'peak resident memory', unit: 'MB', lowerIsBetter: true },
]

/**
 * @param {number} tokens
 * @returns {Figure}
 */
function prefill(tokens) {
  return {
    id: `prefill-${tokens}`,
    group: 'prefill',
    label: `prefill ${tokens}`,
    unit: 'tokens/s',
    lowerIsBetter: false,
    promptTokens: tokens,
  }
}

/**
 * @param {number} context
 * @returns {Figure}
 */
function decode(context) {
  return {
    id: `decode-${context}`,
    group: 'decode',
    label: `decode at ${context}`,
    unit: 'tokens/s',
    lowerIsBetter: false,
    // The shortest prompt that there is.
    promptTokens: Math.max(context, 1),
  }
}
