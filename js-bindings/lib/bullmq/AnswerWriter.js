import { isDeepStrictEqual } from 'node:util'
import { LostLockError } from './stopReasons.js'

/** @import { StreamEvent } from '../types.d.ts' */
/** @import { StreamEntry } from './JobStreams.js' */

/** @typedef {Extract<StreamEntry, { type: 'text' | 'reasoning' | 'toolCall' }>} Piece */

/**
 * Writes the pieces of an answer into the job's stream. What an earlier attempt wrote is not written again: an attempt with the
 * same seed makes the same pieces. Where it makes others all the same, readers are told to begin anew.
 *
 * While one command is under way, pieces gather for the next one: a slow Redis gets fewer and larger ones.
 */
export class AnswerWriter {
  #append
  /** @type {Piece[]} what an earlier attempt wrote and this one has not made yet; texts in a row are one */
  #before
  /** @type {Piece[]} what this attempt has made; texts in a row are one */
  #made = []
  /** @type {StreamEntry[]} what is to be written */
  #waiting = []
  /** @type {Promise<void> | undefined} the command that is under way */
  #writing
  /** @type {unknown} why nothing can be written any more */
  #failure

  /**
   * @param {StreamEntry[]} written the stream so far
   * @param {(entries: StreamEntry[]) => Promise<boolean>} append false where the job's lock is lost
   */
  constructor(written, append) {
    this.#append = append
    const last = written.findLastIndex(({ type }) => type === 'restart')
    /** @type {Piece[]} */
    this.#before = []
    for (const entry of written.slice(last + 1)) if (isPiece(entry)) addTo(this.#before, entry)
  }

  /**
   * Takes what a model made. Never waits; what fails, `end` tells.
   *
   * @param {StreamEvent} event
   */
  push(event) {
    const piece = pieceOf(event)
    if (piece === undefined) return
    addTo(this.#made, piece)
    for (const entry of this.#unwritten(piece)) addTo(this.#waiting, entry)
    this.#write()
  }

  /**
   * Waits until all is written.
   *
   * @throws {LostLockError} where the job has another worker now
   */
  async end() {
    if (this.#before.length > 0) this.#waiting.push(...this.#restart())
    this.#write()
    while (this.#writing !== undefined) await this.#writing
    if (this.#failure !== undefined) throw this.#failure
  }

  /** @param {Piece} piece @returns {StreamEntry[]} */
  #unwritten(piece) {
    const [known] = this.#before
    if (known === undefined) return [piece]
    if (isDeepStrictEqual(known, piece)) {
      this.#before.shift()
      return []
    }
    if (piece.type === 'toolCall' || known.type !== piece.type) return this.#restart()
    const length = Math.min(known.text.length, piece.text.length)
    if (known.text.slice(0, length) !== piece.text.slice(0, length)) return this.#restart()
    if (known.text.length > length) {
      this.#before[0] = { type: known.type, text: known.text.slice(length) }
      return []
    }
    this.#before.shift()
    return this.#unwritten({ type: piece.type, text: piece.text.slice(length) })
  }

  /** @returns {StreamEntry[]} */
  #restart() {
    this.#before = []
    return [{ type: 'restart' }, ...this.#made]
  }

  #write() {
    if (this.#writing !== undefined || this.#waiting.length === 0 || this.#failure !== undefined) return
    this.#writing = this.#append(this.#waiting.splice(0))
      .then((isHeld) => {
        if (!isHeld) this.#failure = new LostLockError()
      })
      .catch((error) => {
        this.#failure = error
      })
      .then(() => {
        this.#writing = undefined
        this.#write()
      })
  }
}

/** @param {StreamEvent} event @returns {Piece | undefined} what is for readers of it */
function pieceOf(event) {
  if (event.type === 'toolCall') return event
  // Pieces with probabilities have them in the result.
  if (event.type === 'text' || event.type === 'reasoning') {
    return event.text === '' ? undefined : { type: event.type, text: event.text }
  }
  return undefined
}

/** @param {StreamEntry} entry @returns {entry is Piece} */
function isPiece(entry) {
  const { type } = entry
  return type === 'text' || type === 'reasoning' || type === 'toolCall'
}

/**
 * @template {StreamEntry} E
 * @param {E[]} entries
 * @param {E} entry
 */
function addTo(entries, entry) {
  const last = entries.at(-1)
  if ((entry.type === 'text' || entry.type === 'reasoning') && last?.type === entry.type) {
    entries[entries.length - 1] = { ...entry, text: last.text + entry.text }
  } else entries.push(entry)
}
