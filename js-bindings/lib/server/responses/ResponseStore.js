import { HttpError } from '../errors/HttpError.js'

/** @import { Item } from './inputItems.js' */

/**
 * A response, and the conversation up to it.
 *
 * @typedef {object} StoredResponse
 * @property {string} owner the name of the key that made it; empty where there are none
 * @property {Record<string, any> & { id: string }} response
 * @property {readonly Item[]} input what it was asked of, without what came before
 * @property {readonly Item[]} before what came before
 * @property {() => void} [cancel] stops one that is being made
 */

/** The responses that may be gone on with: as many as the limit says, the least recently used out first. */
export class ResponseStore {
  /** @type {Map<string, StoredResponse>} the least recently used first */
  #stored = new Map()
  #most

  /** @param {number} most */
  constructor(most) {
    this.#most = most
  }

  /** @param {StoredResponse} stored in place of one with the same id */
  put(stored) {
    this.#stored.delete(stored.response.id)
    this.#stored.set(stored.response.id, stored)
    for (const id of this.#stored.keys()) {
      if (this.#stored.size <= this.#most) break
      this.#stored.delete(id)
    }
  }

  /**
   * @param {string} id
   * @param {string} owner others' are as if they were not there
   * @returns {StoredResponse}
   * @throws {HttpError} `not_found`
   */
  get(id, owner) {
    const found = this.#stored.get(id)
    if (found === undefined || found.owner !== owner) {
      throw new HttpError('not_found', `No response ${JSON.stringify(id.slice(0, 60))} is stored here.`)
    }
    this.put(found)
    return found
  }

  /** @param {string} id */
  delete(id) {
    this.#stored.delete(id)
  }

  /**
   * An item of any response that is stored.
   *
   * @param {string} id
   * @param {string} owner
   * @returns {Item | undefined}
   */
  item(id, owner) {
    for (const stored of [...this.#stored.values()].reverse()) {
      if (stored.owner !== owner) continue
      const found = [...stored.input, ...stored.response.output].find((item) => item.id === id)
      if (found !== undefined) return found
    }
    return undefined
  }
}
