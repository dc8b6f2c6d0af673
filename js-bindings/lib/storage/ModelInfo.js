/**
 * What a stored model holds.
 *
 * @typedef {object} ModelInfo
 * @property {number} tensorCount how many tensors it has
 * @property {number} totalSize the bytes of all its tensors as they are stored, most of them quantized
 * @property {Record<string, unknown>} metadata the file's key-value pairs, without arrays of more than 64 elements, such as
 *   a vocabulary; integers beyond 2^53 - 1 and numbers that are not finite are strings
 */

export {}
