/**
 * The pass beside busy processes. Another process may keep a thread of llama.cpp from its core for whole seconds, so it has
 * few tokens and a limit.
 */
export const busyPass = {
  /** The id of the figure: tokens a second. */
  decode: 'decode-busy',
  /** The id of the number of tokens that were made until the end or the limit, the first among them. */
  tokens: 'decode-busy-tokens',
  decodedTokens: 32,
  limitMs: 10_000,
}
