/**
 * A label as the model writes it: its tokens, and the natural logarithm of the probability that a text begins with them.
 *
 * @typedef {{ tokens: number[], logprob: number }} WrittenLabel
 */

/**
 * How probable each of several labels is, if one of them is the answer: the softmax of their log-probabilities. A text that
 * goes on with another label, as 10 does behind 1, counts for that one alone.
 *
 * @param {readonly WrittenLabel[]} labels
 * @returns {number[]} as many, that sum up to 1
 */
export function labelShares(labels) {
  const largest = Math.max(...labels.map(({ logprob }) => logprob))
  // None can come at all: none is more probable than another.
  if (largest === Number.NEGATIVE_INFINITY) return labels.map(() => 1 / labels.length)
  const masses = labels.map(({ logprob }) => Math.exp(logprob - largest))
  const own = [...masses]
  labels.forEach((label, i) => {
    const begun = beginningOf(label, labels)
    if (begun !== undefined) own[begun] -= masses[i]
  })
  const kept = own.map((mass) => Math.max(0, mass))
  const total = kept.reduce((sum, mass) => sum + mass, 0)
  return kept.map((mass) => mass / total)
}

/**
 * The longest other label that one begins with, token by token.
 *
 * @param {WrittenLabel} label
 * @param {readonly WrittenLabel[]} labels
 */
function beginningOf({ tokens }, labels) {
  /** @type {number | undefined} */
  let longest
  labels.forEach((other, i) => {
    const begins =
      other.tokens.length < tokens.length && other.tokens.every((token, place) => token === tokens[place])
    if (begins && (longest === undefined || other.tokens.length > labels[longest].tokens.length)) longest = i
  })
  return longest
}
