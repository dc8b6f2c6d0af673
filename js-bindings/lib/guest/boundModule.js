import { RealmError } from '../errors/RealmError.js'

const PAGE = 2 ** 16
const HEADER = 8
const IMPORTS = 2
const MEMORIES = 5
const FUNCTION = 0

/**
 * A WebAssembly module whose memory can grow to no more than so many bytes: its maximum is rewritten. See
 * https://webassembly.github.io/spec/core/binary/modules.html.
 *
 * @param {Uint8Array} module
 * @param {number} memoryBytes
 * @returns {Uint8Array<ArrayBuffer>}
 * @throws {RealmError} `GUEST_ERROR` if it cannot be read or imports other things than functions, `QUOTA_EXCEEDED` if its
 *   memory is larger from the beginning
 */
export function boundModule(module, memoryBytes) {
  if (module[0] !== 0 || module[1] !== 0x61 || module.length < HEADER)
    throw invalid('it does not begin as one')
  const most = Math.min(Math.floor(memoryBytes / PAGE), PAGE)
  const parts = [...module.subarray(0, HEADER)]
  /** @type {Uint8Array[]} */
  const chunks = [Uint8Array.from(parts)]
  const reader = new Reader(module, HEADER)
  while (reader.at < module.length) {
    const start = reader.at
    const section = reader.byte()
    const length = reader.number()
    const content = reader.at
    if (content + length > module.length) throw invalid('a part of it is longer than the module')
    if (section === IMPORTS) mustBeFunctions(new Reader(module, content))
    if (section === MEMORIES) {
      const bounded = boundMemories(new Reader(module, content), most)
      chunks.push(Uint8Array.from([MEMORIES, ...numberBytes(bounded.length), ...bounded]))
    } else {
      chunks.push(module.subarray(start, content + length))
    }
    reader.at = content + length
  }
  return new Uint8Array(Buffer.concat(chunks))
}

/** Reads numbers and names from a place on. */
class Reader {
  /**
   * @param {Uint8Array} bytes
   * @param {number} at
   */
  constructor(bytes, at) {
    this.bytes = bytes
    this.at = at
  }

  byte() {
    if (this.at >= this.bytes.length) throw invalid('it ends before its parts do')
    return this.bytes[this.at++]
  }

  /** An unsigned number of 32 bits in LEB128. */
  number() {
    let value = 0
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      const part = this.byte()
      value += (part & 127) * scale
      if (part < 128) return value
    }
    throw invalid('it has a number of more than 32 bits')
  }

  name() {
    const length = this.number()
    this.at += length
    return Buffer.from(this.bytes.subarray(this.at - length, this.at)).toString()
  }
}

/** @param {Reader} reader */
function mustBeFunctions(reader) {
  for (let left = reader.number(); left > 0; left--) {
    const module = reader.name()
    const name = reader.name()
    if (reader.byte() !== FUNCTION) {
      throw invalid(`it imports ${module}.${name}; only the host functions can be imported`)
    }
    reader.number()
  }
}

/**
 * The content of the section, bounded.
 *
 * @param {Reader} reader
 * @param {number} most pages
 */
function boundMemories(reader, most) {
  const count = reader.number()
  if (count > 1) throw invalid(`it has ${count} memories; it can have one`)
  if (count === 0) return [0]
  const flags = reader.byte()
  if (flags > 1) throw invalid('its memory is shared or of 64 bits; it must be a plain one')
  const least = reader.number()
  const largest = flags === 1 ? reader.number() : PAGE
  if (least > most) {
    throw new RealmError(
      'QUOTA_EXCEEDED',
      `The guest's memory begins with ${least} pages of 64 KiB, and it may have ${most}: grant it more memoryMb.`,
    )
  }
  return [1, 1, ...numberBytes(least), ...numberBytes(Math.min(largest, most))]
}

/** @param {number} value */
function numberBytes(value) {
  const bytes = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
  return bytes
}

/** @param {string} why */
function invalid(why) {
  return new RealmError('GUEST_ERROR', `The guest is no valid WebAssembly module: ${why}.`)
}
