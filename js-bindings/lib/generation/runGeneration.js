import { randomInt } from 'node:crypto'
import { AbortError, onAbort } from '../errors/AbortError.js'
import { formatValue } from './format.js'
import { readLogprobs } from './logprobs.js'
import { takeApart } from './runTurn.js'

/** @import { JobListeners } from '../bridge/Bridge.js' */
/** @import { EngineModel } from '../EngineModel.js' */
/** @import { EngineFormat } from './format.js' */
/** @import { GenerateResult, Usage } from '../types.d.ts' */
/** @import { GivenOptions } from './readGenerateOptions.js' */
/** @import { Reader } from './Reader.js' */
/** @import { AskedTurn } from './runTurn.js' */

/** @typedef {JobListeners & { reader?: Reader }} GenerationListeners `reader`: whom the engine waits for */

/**
 * Has the engine generate a text.
 *
 * @param {EngineModel} engine
 * @param {string} method of the engine
 * @param {{ options: GivenOptions, [argument: string]: unknown }} job its arguments
 * @param {GenerationListeners} listeners
 * @returns {Promise<GenerateResult>}
 */
export async function runGeneration(engine, method, job, { reader, ...listeners }) {
  const { format } = job.options
  const result = (/** @type {GenerateResult} */ made) => withLoadTime(engine, asTold(format, made))
  const { onText, onPart } = listeners
  const told =
    onPart && ((/** @type {any} */ part) => onPart({ ...part, logprobs: readLogprobs(part.logprobs) }))
  const heard = {
    ...listeners,
    onPart: told,
    ...(reader === undefined ? {} : readBy(reader, engine, { onText, onPart: told })),
  }
  // A model that is to be freed waits for its texts to end, not for who reads them.
  const forget = onAbort(reader && engine.closing, () => reader?.lift())
  try {
    // Nobody listens to the pieces of a text that is asked for as a whole.
    const stream = onText !== undefined
    return result(await engine.open(method, { ...job, stream, mostUnread: reader?.mostUnread }, heard))
  } catch (error) {
    throw withResult(error, result)
  } finally {
    forget()
  }
}

/**
 * The listeners of a text that waits for its reader.
 *
 * @param {Reader} reader
 * @param {EngineModel} engine
 * @param {Pick<JobListeners, 'onText' | 'onPart'>} listeners
 * @returns {JobListeners}
 */
function readBy(reader, engine, { onText, onPart }) {
  return {
    onOpen: (job) => reader.begin((units) => engine.textTaken(job, units)),
    onProgress: () => reader.accept(),
    onText(piece) {
      onText?.(piece)
      reader.made(piece.length)
    },
    onPart(part) {
      onPart?.(part)
      reader.made(part.text.length)
    },
  }
}

/**
 * @param {EngineModel} engine
 * @param {GenerateResult} result
 * @returns {GenerateResult}
 */
function withLoadTime(engine, result) {
  return { ...result, timings: { ...result.timings, loadMs: engine.opened.loadMs } }
}

/**
 * A result of the engine as it is told: with its value, where it has a format and came to its end, since one that was cut off
 * may be no JSON.
 *
 * @param {EngineFormat | undefined} format
 * @param {GenerateResult} result
 * @returns {GenerateResult}
 */
function asTold(format, result) {
  const isWhole = format !== undefined && result.finishReason === 'stop'
  return {
    ...result,
    ...(result.logprobs === undefined ? {} : { logprobs: readLogprobs(result.logprobs) }),
    ...(isWhole ? { value: formatValue(format, result.text) } : {}),
  }
}

/**
 * An error; if it is an abort, with what the engine had made made into a result.
 *
 * @param {unknown} error
 * @param {(made: any) => GenerateResult} result
 */
function withResult(error, result) {
  if (!(error instanceof AbortError) || error.result === undefined) return error
  return new AbortError(error.cause, result(error.result))
}

/** The largest seed that is drawn here: far from where a seed plus an index is no exact integer. */
const MOST = 2 ** 47

/**
 * Has the engine make several answers to a prompt, at the same time; it computes the prompt once. If one fails, so do all,
 * once the others have ended.
 *
 * @param {EngineModel} engine
 * @param {{ prompt: object }} job
 * @param {AskedTurn} asked
 * @param {number} n how many
 * @param {AbortSignal} [signal]
 * @returns {Promise<GenerateResult>}
 */
export async function runChoices(engine, job, asked, n, signal) {
  const { given } = asked
  const { seed = -1, format } = given
  const first = seed === -1 ? randomInt(MOST) : seed
  const seeds = Array.from({ length: n }, (_, i) => choiceSeed(first, i))
  const result = (/** @type {{ choices: GenerateResult[] }} */ { choices }) =>
    withLoadTime(
      engine,
      joined(
        choices.map((choice) => takeApart(asked, asTold(format, choice))),
        seeds,
      ),
    )
  try {
    return result(await engine.open('generateChoices', { ...job, options: given, seeds }, { signal }))
  } catch (error) {
    throw withResult(error, result)
  }
}

/**
 * The seed of a choice: that of the first, and so many more. -1 stands for any seed, and behind the last exact integer come
 * those from 0 on.
 *
 * @param {number} first
 * @param {number} index
 */
export function choiceSeed(first, index) {
  const seed = first < -1 && first + index >= -1 ? first + index + 1 : first + index
  return seed > Number.MAX_SAFE_INTEGER ? index - 1 - (Number.MAX_SAFE_INTEGER - first) : seed
}

/**
 * @param {GenerateResult[]} results
 * @param {number[]} seeds
 * @returns {GenerateResult}
 */
function joined(results, seeds) {
  const [first] = results
  return {
    ...first,
    usage: {
      ...promptUsage(results.map(({ usage }) => usage)),
      completionTokens: results.reduce((sum, { usage }) => sum + usage.completionTokens, 0),
      ...thoughtsOf(results.map(({ usage }) => usage)),
    },
    choices: results.map(({ usage: _, timings: __, ...choice }, i) => ({ ...choice, seed: seeds[i] })),
  }
}

/**
 * The tokens of a prompt that several texts follow, and those of them that none had to compute.
 *
 * @param {Usage[]} usages
 * @returns {Pick<Usage, 'promptTokens' | 'cachedTokens'>}
 */
export function promptUsage(usages) {
  const [{ promptTokens }] = usages
  const computed = usages.reduce((sum, { cachedTokens }) => sum + promptTokens - cachedTokens, 0)
  return { promptTokens, cachedTokens: Math.max(0, promptTokens - computed) }
}

/**
 * The tokens of thoughts in all of them; nothing where none has any.
 *
 * @param {Usage[]} usages
 * @returns {Pick<Usage, 'reasoningTokens'>}
 */
export function thoughtsOf(usages) {
  const sum = usages.reduce((all, { reasoningTokens = 0 }) => all + reasoningTokens, 0)
  return sum === 0 ? {} : { reasoningTokens: sum }
}
