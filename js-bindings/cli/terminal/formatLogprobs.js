import { formatTable, printable } from './print.js'

/** @import { TokenLogprob, TokenProbability } from '../../lib/types.d.ts' */

/**
 * What the model thought of the tokens of a text, for people: a line for each token, with its probability and with others in
 * its place.
 *
 * @param {TokenLogprob[]} logprobs
 * @returns {string}
 */
export function formatLogprobs(logprobs) {
  return formatTable(
    logprobs.map((entry) => [
      quoted(entry),
      share(entry),
      entry.top.map((other) => `${quoted(other)} ${share(other)}`).join(', '),
    ]),
    { right: [1] },
  )
}

/** @param {TokenProbability} entry */
function quoted({ token }) {
  return printable(JSON.stringify(token))
}

/** @param {TokenProbability} entry */
function share({ logprob }) {
  return `${(100 * Math.exp(logprob)).toFixed(1)} %`
}
