/** @import { TokenLogprob } from '../../types.d.ts' */

/**
 * What a chat's clients read of the tokens of an answer.
 *
 * @param {readonly TokenLogprob[] | undefined} tokens
 */
export function chatLogprobs(tokens) {
  if (tokens === undefined) return null
  const named = (
    /** @type {{ token: string, logprob: number, bytes: number[] }} */ { token, logprob, bytes },
  ) => ({ token, logprob, bytes })
  return {
    content: tokens.map(({ top, ...token }) => ({ ...named(token), top_logprobs: top.map(named) })),
    refusal: null,
  }
}

/**
 * The same for those of completions.
 *
 * @param {readonly TokenLogprob[] | undefined} tokens
 * @param {number} from where the first of them begins in the text, in characters
 */
export function completionLogprobs(tokens, from) {
  if (tokens === undefined) return null
  let offset = from
  const offsets = tokens.map(({ token }) => {
    const at = offset
    offset += token.length
    return at
  })
  return {
    tokens: tokens.map(({ token }) => token),
    token_logprobs: tokens.map(({ logprob }) => logprob),
    top_logprobs: tokens.map(({ top }) =>
      Object.fromEntries(top.map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: offsets,
  }
}
