import { Command } from 'commander'
import { loadCommandModel, resolveCommandSource } from '../cli/commandModel.js'
import { readJsonFile } from '../cli/input/readFiles.js'
import { addModelOptions } from '../cli/options/addModelOptions.js'
import { reportError } from '../cli/terminal/reportError.js'
import { untilInterrupted } from '../cli/terminal/untilInterrupted.js'
import { engineInfo, logits } from '../lib/diagnostics.js'
import { verifyFile } from '../lib/source/verifyFile.js'
import { parseCount } from './parseCount.js'

/** @import { ModelOptions } from '../cli/options/addModelOptions.js' */
/** @import { Logits } from '../lib/diagnostics.js' */

/** How many of the engine's most probable tokens are looked at. */
const TOP = 200

/** The most that the mean KL may be of the peer's. */
const SHARE = 0.5

/**
 * Runs `npm run golden` with arguments. The process's exit code is 0, 1 after an error or where the engine is not
 * twice as exact as the peer, 2 after wrong usage.
 *
 * @param {string[]} args
 */
export async function runGolden(args) {
  const program = new Command('npm run golden --')
    .description('measures how far the engine is from the exact result, and holds it to the peer')
    .argument('<file.json>', 'exact results for the model file')
    .option(
      '--batch <n>',
      'tokens a step; 1 is how text is generated (default: as a prompt is read)',
      parseCount,
    )
    .allowExcessArguments(false)
    .exitOverride()
    .action(measure)
  try {
    await addModelOptions(program).parseAsync(args, { from: 'user' })
  } catch (error) {
    process.exitCode = reportError(error)
  }
}

/**
 * @param {string} file
 * @param {ModelOptions & { batch?: number }} options
 */
async function measure(file, { batch, ...modelOptions }) {
  const { sha256, peer, cases } = await readGolden(file)
  await untilInterrupted(async (signal) => {
    const { path } = await resolveCommandSource(modelOptions.model, signal)
    // Exact is what the weights of this very file give.
    await verifyFile(path, { sha256, signal })
    const model = await loadCommandModel({ ...modelOptions, model: path }, signal)
    try {
      const results = []
      for (const { ids } of cases) results.push(await logits(model, ids, { top: TOP, batch, signal }))
      const { meanKl, sameTop, positions } = goldenFigures(cases, results)
      const { reason } = await engineInfo()
      console.log(`${path}, ${positions} positions, ${batch ?? 'the usual'} tokens a step; ${reason}`)
      console.log(`Realm: mean KL ${meanKl.toFixed(6)}, same top token ${percent(sameTop)}`)
      console.log(`${peer.name}: mean KL ${peer.meanKl.toFixed(6)}, same top token ${percent(peer.sameTop)}`)
      const isMet = meanKl <= SHARE * peer.meanKl
      console.log(
        `${isMet ? 'met' : 'missed'}: the mean KL is ${(meanKl / peer.meanKl).toFixed(3)} of the peer's, at most ${SHARE} is wanted`,
      )
      if (!isMet) process.exitCode = 1
    } finally {
      await model.dispose()
    }
  })
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(2)} %`
}

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

/**
 * How far an engine is from the exact result.
 *
 * @typedef {object} GoldenFigures
 * @property {number} meanKl the mean over all positions of the sum of p (log p - log q) over the exact result's most
 *   probable tokens; natural logarithms
 * @property {number} sameTop the share of the positions at which the most probable token is the exact one's; 0 to 1
 * @property {number} positions
 */

/**
 * Compares an engine's log-probabilities with the exact ones. A token that is not among the engine's counts as its least
 * probable one.
 *
 * @param {readonly GoldenCase[]} cases the exact ones
 * @param {readonly Logits[]} engine the engine's for the same sequences
 * @returns {GoldenFigures}
 * @throws {RangeError} if they are not for the same positions
 */
export function goldenFigures(cases, engine) {
  let positions = 0
  let sum = 0
  let same = 0
  for (const [index, { ids, top }] of cases.entries()) {
    const actual = engine[index].top
    if (top.length !== ids.length || actual.length !== ids.length) {
      throw new RangeError(
        `text ${index} has ${ids.length} tokens, ${top.length} exact positions and ${actual.length} of the engine; expected as many of each`,
      )
    }
    for (const [position, exact] of top.entries()) {
      const logs = new Map(actual[position])
      const least = Math.min(...logs.values())
      for (const [id, logP] of exact) sum += Math.exp(logP) * (logP - (logs.get(id) ?? least))
      if (exact[0][0] === actual[position][0][0]) same++
      positions++
    }
  }
  return { meanKl: sum / positions, sameTop: same / positions, positions }
}
