import { open, readFile, rm, stat, writeFile } from 'node:fs/promises'

/**
 * What a partial file came from.
 *
 * @typedef {object} Origin
 * @property {string} url the address
 * @property {string | null} validator a strong ETag or a Last-Modified date, which a resumed download must match; null
 *   where the server gave none, so that the download cannot be resumed
 * @property {number | null} total the whole file's bytes; null where the server did not say
 */

/** A file that is being received, `PATH.part`, with its origin in `PATH.part.json`, so that it can be resumed. */
export class PartialFile {
  #origin

  /** @param {string} path the path of the finished file */
  constructor(path) {
    /** Where the bytes are. */
    this.path = `${path}.part`
    this.#origin = `${path}.part.json`
  }

  /**
   * What was received from an address, if it can be resumed.
   *
   * @param {string} url
   * @returns {Promise<(Origin & { received: number }) | undefined>}
   */
  async received(url) {
    const size = await stat(this.path).then(
      (found) => found.size,
      () => 0,
    )
    const origin = await this.#readOrigin()
    return size > 0 && origin?.url === url && origin.validator !== null
      ? { ...origin, received: size }
      : undefined
  }

  /**
   * Opens the file for writing and cuts it to what is kept of it.
   *
   * @param {Origin} origin
   * @param {number} kept bytes from the start that stay
   */
  async write(origin, kept) {
    // The origin first, and the old bytes gone before it: bytes never stand beside an origin that they are not from.
    if (kept === 0) await rm(this.path, { force: true })
    await writeFile(this.#origin, JSON.stringify(origin))
    const handle = await open(this.path, kept === 0 ? 'w' : 'a')
    await handle.truncate(kept)
    return handle
  }

  /** Removes the bytes and their origin. */
  async remove() {
    await rm(this.path, { force: true })
    await rm(this.#origin, { force: true })
  }

  async #readOrigin() {
    try {
      return /** @type {Origin} */ (JSON.parse(await readFile(this.#origin, 'utf8')))
    } catch {
      // Missing, or cut off by a crash: what stands beside it cannot be trusted, and the download starts over.
      return undefined
    }
  }
}
