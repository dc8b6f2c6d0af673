import { loadModel } from '../lib/index.js'
import { resolveSource } from '../lib/source/resolveSource.js'
import { FetchDisplay } from './terminal/FetchDisplay.js'

/** @import { Model } from '../lib/Model.js' */
/** @import { ModelOptions } from './options/addModelOptions.js' */

/**
 * Loads the model that the user named, and shows how it is fetched if it has to be.
 *
 * @param {ModelOptions & { parallel?: number }} options
 * @param {AbortSignal} [signal]
 * @returns {Promise<Model>}
 */
export async function loadCommandModel(
  { model, contextLength, threads, kvCache, cacheMb, parallel, overcommit, draft },
  signal,
) {
  const display = new FetchDisplay()
  try {
    return await loadModel(model, {
      contextLength,
      threads,
      kvCache,
      cacheMb,
      parallel,
      overcommit,
      draft,
      signal,
      onProgress: display.show,
    })
  } finally {
    display.stop()
  }
}

/**
 * Finds the file of the model that the user named, and shows how it is fetched if it has to be.
 *
 * @param {string} source
 * @param {AbortSignal} signal
 * @param {{ toRun?: boolean }} [options] `toRun`: whether the engine must be able to run it; default true
 * @returns {Promise<import('../lib/source/resolveSource.js').ResolvedSource>}
 */
export async function resolveCommandSource(source, signal, { toRun } = {}) {
  const display = new FetchDisplay()
  try {
    return await resolveSource(source, { signal, toRun, onProgress: display.show })
  } finally {
    display.stop()
  }
}
