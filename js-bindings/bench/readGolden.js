import { readJsonFile } from '../cli/input/readJsonFile.js'

/**
 * A text and the exact probabilities of what follows each of its tokens.
 *
 * @typedef {object} GoldenCase
 * @property {string} text
 * @property {number[]} ids its tokens
 * @property {[id: number, logProbability: number][][]} top for each token, the most probable next tokens, the best first;
 *   natural logarithms over the whole vocabulary
 */

/**
 * Exact results for one model file.
 *
 * @typedef {object} Golden
 * @property {string} file the model file's name
 * @property {string} sha256 the model file's SHA-256, in lower-case hex
 * @property {{ name: string, meanKl: number, sameTop: number }} peer another engine's figures on the same
 * @property {GoldenCase[]} cases at least one
 */

/**
 * Reads a file of exact results.
 *
 * @param {string} path
 * @returns {Promise<Golden>}
 * @throws {import('../lib/errors/RealmError.js').RealmError} `FILE_NOT_FOUND`, `IO_ERROR`, or `INVALID_ARGUMENT` where it
 *   holds something else
 */
export function readGolden(path) {
  return readJsonFile(
    path,
    isGolden,
    'exact results: {"file","sha256","peer":{…},"cases":[{"text","ids","top"},…]}',
  )
}

/**
 * @param {unknown} value
 * @returns {value is Golden}
 */
function isGolden(value) {
  const { file, sha256, peer, cases } = /** @type {Partial<Golden>} */ (value ?? {})
  return (
    typeof file === 'string' &&
    typeof sha256 === 'string' &&
    typeof peer?.meanKl === 'number' &&
    typeof peer.sameTop === 'number' &&
    Array.isArray(cases) &&
    cases.length > 0 &&
    cases.every(({ ids, top }) => Array.isArray(ids) && Array.isArray(top) && ids.length > 0)
  )
}
