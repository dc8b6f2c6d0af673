/**
 * One message of a chat.
 *
 * @typedef {object} Message
 * @property {'system' | 'user' | 'assistant' | 'tool'} role who says it; the model's chat template says which of these it
 *   knows and in which order
 * @property {string} content what is said; texts of special tokens in it stay plain text
 */

/**
 * What a generation continues: a string is one user message where the model has a chat template, and plain text to go on
 * with where it has none; messages are put together by the chat template; token ids are taken as they are.
 *
 * @typedef {string | readonly Message[] | readonly number[] | Int32Array | Uint32Array} Prompt
 */

export {}
