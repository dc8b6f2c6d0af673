/**
 * What the engine tells of a model, or a vocabulary alone, that it has opened.
 *
 * @typedef {object} LoadedModel
 * @property {number} model the engine's name for it
 * @property {string} name
 * @property {string} architecture
 * @property {number} contextLength tokens
 * @property {number} trainedContext tokens of context that it was trained for
 * @property {number} vocabularySize ids are below it
 * @property {Readonly<Record<string, unknown>>} metadata the file's, without the vocabulary's long lists
 * @property {string | null} chatTemplate in Jinja
 * @property {string | null} bosToken its text
 * @property {string | null} eosToken its text
 * @property {string[]} specialTokens the texts that are read as special tokens where that is allowed
 * @property {number} loadMs milliseconds that it took
 */

export {}
