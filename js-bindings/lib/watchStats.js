import { setTimeout as pause } from 'node:timers/promises'
import { abortSignal, integerIn } from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'
import { throwIfAborted } from './errors/AbortError.js'

/** @import { EngineModel } from './EngineModel.js' */
/** @import { ModelStats, WatchStatsOptions } from './types.d.ts' */

/** Milliseconds between two looks. */
const INTERVAL = 250

/**
 * Watches what a model does; see `Model.watchStats`. It looks at intervals, so that steps pay nothing for it.
 *
 * @param {EngineModel} engine
 * @param {WatchStatsOptions} options
 * @returns {AsyncGenerator<ModelStats, void, void>}
 */
export function watchStats(engine, options) {
  engine.mustBeOpen()
  const { signal, intervalMs = INTERVAL } = readOptions(
    options,
    {
      intervalMs: integerIn({ from: 10, to: 2 ** 31 - 1, advice: `Default: ${INTERVAL}.` }),
      signal: abortSignal,
    },
    { what: 'the options of watchStats' },
  )
  throwIfAborted(signal)
  return watch(engine, intervalMs, signal)
}

/**
 * @param {EngineModel} engine
 * @param {number} intervalMs
 * @param {AbortSignal} [signal]
 * @returns {AsyncGenerator<ModelStats, void, void>}
 */
async function* watch(engine, intervalMs, signal) {
  const ends = signal === undefined ? engine.closing : AbortSignal.any([engine.closing, signal])
  let seen = ''
  while (!engine.closing.aborted) {
    throwIfAborted(signal)
    const stats = /** @type {ModelStats} */ (engine.call('stats', {}))
    const now = stateOf(stats)
    if (now !== seen) {
      seen = now
      yield stats
    }
    // Who watches keeps no process alive. An abort is looked at above.
    await pause(intervalMs, undefined, { signal: ends, ref: false }).catch(() => undefined)
  }
}

/**
 * What tells whether stats have changed: speeds count in whole tokens a second, since they fade for a while.
 *
 * @param {ModelStats} stats
 */
function stateOf({ promptTokensPerSecond, textTokensPerSecond, ...rest }) {
  return JSON.stringify([rest, Math.round(promptTokensPerSecond), Math.round(textTokensPerSecond)])
}
