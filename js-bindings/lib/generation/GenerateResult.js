/**
 * What a generation made.
 *
 * @typedef {object} GenerateResult
 * @property {string} text the text, without the stop string or the end token that ended it
 * @property {number[]} tokens the ids of the tokens that were made
 * @property {Usage} usage how many tokens went in and came out
 * @property {FinishReason} finishReason why it ended
 * @property {Timings} timings how long it took
 */

/**
 * Tokens counted.
 *
 * @typedef {object} Usage
 * @property {number} promptTokens tokens of the prompt, with the chat template's
 * @property {number} completionTokens tokens that were made
 */

/**
 * Why a generation ended: `stop`, the model ended its text or a stop string came; `length`, `maxTokens` were made or
 * the context is full; `abort`, its signal was aborted (only in the `result` of an `AbortError`).
 *
 * @typedef {'stop' | 'length' | 'abort'} FinishReason
 */

/**
 * Times and rates.
 *
 * @typedef {object} Timings
 * @property {number} loadMs milliseconds that the engine took to open the model
 * @property {number} firstTokenMs milliseconds from the start of the generation to its first token
 * @property {number} prefillTokensPerSecond tokens of the prompt a second
 * @property {number} decodeTokensPerSecond tokens made a second, after the first
 */

export {}
