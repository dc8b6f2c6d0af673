import { onAbort, throwIfAborted } from '../../errors/AbortError.js'
import { HttpError } from '../errors/HttpError.js'

/** @import { Model } from '../../Model.js' */
/** @import { LoadProgress } from '../../types.d.ts' */
/** @import { ServedModel } from '../types.d.ts' */

/**
 * @typedef {object} Entry a model that is served
 * @property {string} name
 * @property {ServedModel | undefined} setting how it is loaded; undefined for one that the app has loaded
 * @property {Model | undefined} model once it is loaded
 * @property {Promise<Model> | undefined} loading
 * @property {Set<(progress: LoadProgress) => void>} listeners hear of its loading
 * @property {Promise<void> | undefined} unloading
 * @property {boolean} hasPlace whether it counts among those that are loaded
 * @property {number} users requests that have it
 * @property {number} usedAt when the last one had it, in milliseconds
 * @property {number | undefined} keepAlive what the last request asked for, in milliseconds
 * @property {NodeJS.Timeout | undefined} timer unloads it
 * @property {number} loadedAt when it was loaded, in milliseconds since 1970; 0 before
 * @property {number} loadMs how long that took
 */

/** When those are unloaded that stay. */
const FAR = '2318-01-01T00:00:00.000Z'

/** A model that a request has until it releases it. @typedef {{ name: string, model: Model, loadMs: number, release(): void }} Lease */

/** The models of a server: loaded when they are asked for, kept for a while, and the least recently used unloaded for others. */
export class ServedModels {
  /** @type {Map<string, Entry>} */
  #entries
  #load
  #keepAlive
  #maxLoaded
  /** @type {Promise<void>} the end of the line of those that want a place */
  #line = Promise.resolve()
  /** @type {Set<() => void>} who waits for a model to be let go */
  #waiting = new Set()
  #closed = false

  /**
   * @param {ReadonlyMap<string, Model | ServedModel>} models
   * @param {object} ways
   * @param {(setting: ServedModel, onProgress: (progress: LoadProgress) => void) => Promise<Model>} ways.load
   * @param {(model: Model | ServedModel) => model is Model} ways.isLoaded
   * @param {number} ways.keepAlive milliseconds
   * @param {number} ways.maxLoaded
   */
  constructor(models, { load, isLoaded, keepAlive, maxLoaded }) {
    this.#load = load
    this.#keepAlive = keepAlive
    this.#maxLoaded = maxLoaded
    const now = Date.now()
    this.#entries = new Map(
      [...models].map(([name, given]) => {
        const model = isLoaded(given) ? given : undefined
        const setting = isLoaded(given) ? undefined : given
        const state = {
          loading: undefined,
          unloading: undefined,
          hasPlace: false,
          users: 0,
          usedAt: 0,
          keepAlive: undefined,
          timer: undefined,
          loadMs: 0,
        }
        const loadedAt = model === undefined ? 0 : now
        return [name, { name, setting, model, loadedAt, listeners: new Set(), ...state }]
      }),
    )
  }

  /** All of them, in the order that they were given in. */
  list() {
    return [...this.#entries.values()]
  }

  /** What those do that are loaded. */
  stats() {
    return this.list().flatMap(({ name, model }) =>
      model === undefined ? [] : [{ name, stats: model.stats() }],
    )
  }

  /**
   * The one of a name; Ollama's clients end it with `:latest`. Without a name the first one.
   *
   * @param {string} [name]
   * @returns {Entry}
   * @throws {HttpError} `model_not_found`
   */
  entry(name) {
    const found =
      name === undefined
        ? this.list()[0]
        : (this.#entries.get(name) ?? this.#entries.get(name.replace(/:latest$/, '')))
    if (found !== undefined) return found
    const names = this.list().map((entry) => entry.name)
    const shown = JSON.stringify(name?.slice(0, 100))
    throw new HttpError('model_not_found', `model: received ${shown}, expected one of ${names.join(', ')}.`, {
      param: 'model',
    })
  }

  /**
   * Gives a request its model, loaded.
   *
   * @param {string | undefined} name
   * @param {{ signal: AbortSignal, keepAlive?: number, onProgress?: (progress: LoadProgress) => void }} options `keepAlive`:
   *   in place of the server's
   * @returns {Promise<Lease>}
   */
  async acquire(name, { signal, keepAlive, onProgress }) {
    const entry = this.entry(name)
    entry.users++
    clearTimeout(entry.timer)
    if (onProgress !== undefined) entry.listeners.add(onProgress)
    try {
      const wasLoaded = entry.model !== undefined
      const model = entry.model ?? (await this.#loaded(entry, signal))
      throwIfAborted(signal)
      let isReleased = false
      const release = () => {
        if (isReleased) return
        isReleased = true
        if (keepAlive !== undefined) entry.keepAlive = keepAlive
        this.#letGo(entry)
      }
      return { name: entry.name, model, loadMs: wasLoaded ? 0 : entry.loadMs, release }
    } catch (error) {
      this.#letGo(entry)
      throw error
    } finally {
      if (onProgress !== undefined) entry.listeners.delete(onProgress)
    }
  }

  /**
   * Until when a loaded model stays so at least.
   *
   * @param {Entry} entry
   * @returns {string} a date of ISO 8601, of a far year where it stays
   */
  expiry({ setting, users, usedAt, keepAlive = this.#keepAlive }) {
    const stays = setting === undefined || keepAlive === Number.POSITIVE_INFINITY
    const since = users > 0 ? performance.now() : usedAt
    return stays
      ? FAR
      : new Date(Date.now() + Math.max(0, since + keepAlive - performance.now())).toISOString()
  }

  /** Unloads what was loaded here, once the requests have ended. */
  async close() {
    this.#closed = true
    this.#wake()
    await Promise.all(
      this.list().map(async (entry) => {
        clearTimeout(entry.timer)
        await entry.loading?.catch(() => undefined)
        await entry.unloading
        await this.#unload(entry)
      }),
    )
  }

  /** @param {Entry} entry @param {AbortSignal} signal */
  async #loaded(entry, signal) {
    entry.loading ??= this.#start(entry).finally(() => {
      entry.loading = undefined
    })
    const loading = entry.loading
    loading.catch(() => undefined)
    // Others may wait for it, too: it is loaded all the same.
    return new Promise((resolve, reject) => {
      const forget = onAbort(signal, () => {
        try {
          throwIfAborted(signal)
        } catch (error) {
          reject(error)
        }
      })
      loading.then(resolve, reject).finally(forget)
    })
  }

  /** @param {Entry} entry */
  async #start(entry) {
    await entry.unloading
    await this.#takePlace(entry)
    try {
      if (this.#closed) throw new HttpError('shutting_down', 'The server ends.')
      const begun = performance.now()
      const tell = (/** @type {LoadProgress} */ step) => {
        for (const listener of entry.listeners) listener(step)
      }
      entry.model = await this.#load(/** @type {ServedModel} */ (entry.setting), tell)
      entry.loadMs = performance.now() - begun
      entry.loadedAt = Date.now()
      entry.keepAlive = undefined
    } catch (error) {
      entry.hasPlace = false
      this.#wake()
      throw error
    }
    // Nobody may have waited for it to the end.
    if (entry.users === 0) this.#idle(entry)
    return entry.model
  }

  /** Waits until another one may be loaded: who came first is first. @param {Entry} wanted */
  #takePlace(wanted) {
    const turn = this.#line.then(() => this.#nextPlace(wanted))
    this.#line = turn.catch(() => undefined)
    return turn
  }

  /** @param {Entry} wanted */
  async #nextPlace(wanted) {
    for (;;) {
      const placed = this.list().filter((entry) => entry.hasPlace)
      if (placed.length < this.#maxLoaded || this.#closed) break
      const [oldest] = placed
        .filter((entry) => entry.users === 0 && entry.model !== undefined)
        .sort((a, b) => a.usedAt - b.usedAt)
      if (oldest !== undefined) await this.#unload(oldest)
      else await /** @type {Promise<void>} */ (new Promise((resolve) => this.#waiting.add(resolve)))
    }
    wanted.hasPlace = true
  }

  #wake() {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  /** @param {Entry} entry */
  #letGo(entry) {
    entry.users--
    entry.usedAt = performance.now()
    if (entry.users === 0) this.#idle(entry)
    this.#wake()
  }

  /** @param {Entry} entry that nobody uses */
  #idle(entry) {
    const after = entry.keepAlive ?? this.#keepAlive
    if (entry.setting === undefined || entry.model === undefined || this.#closed) return
    clearTimeout(entry.timer)
    if (after === Number.POSITIVE_INFINITY) return
    entry.timer = setTimeout(() => this.#unload(entry).catch(() => undefined), Math.min(after, 2 ** 31 - 1))
    entry.timer.unref()
  }

  /** @param {Entry} entry that was loaded here, or is not loaded */
  async #unload(entry) {
    const { model } = entry
    if (entry.setting === undefined || model === undefined) return
    entry.model = undefined
    entry.unloading = model.dispose().finally(() => {
      entry.hasPlace = false
      entry.unloading = undefined
      this.#wake()
    })
    await entry.unloading
  }
}
