/**
 * What a measuring process is told.
 *
 * @typedef {object} TokenJob
 * @property {string} model the path of the GGUF file
 * @property {number} id the token that is the prompt, and every token of the texts
 * @property {number} tokens of each text
 * @property {number} threads threads that compute
 * @property {number} texts how many are measured
 * @property {number} warmUpMs texts are made for that long before
 */

export {}
