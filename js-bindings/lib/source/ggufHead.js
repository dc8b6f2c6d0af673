import { open } from 'node:fs/promises'
import { engineModels } from '../catalog/engineModels.js'
import { RealmError } from '../errors/RealmError.js'

/**
 * A tensor, as the head describes it.
 *
 * @typedef {object} TensorEntry
 * @property {string} name
 * @property {number} type its number among GGML's types
 * @property {number} values
 * @property {number} offset bytes from the start of the tensors' data
 */

/**
 * What a GGUF file says before its tensors' data.
 *
 * @typedef {object} GgufHead
 * @property {string} [architecture] `general.architecture`
 * @property {boolean} isPart whether it is another file than the first of a split model, which says less
 * @property {TensorEntry[]} tensors
 * @property {number} dataStart where the tensors' data begins
 */

const VERSIONS = [2, 3]
/** Bytes of a value of each type that has a fixed size, by the numbers of the GGUF specification. */
const SIZES = [1, 1, 2, 2, 4, 4, 4, 1, undefined, undefined, 8, 8, 8]
const UINT32 = 4
const STRING = 8
const ARRAY = 9
/** Bytes that are read at first, and at most: vocabularies of 256,000 tokens take about 15 MB. */
const FIRST_BYTES = 64 << 10
const MOST_BYTES = 256 << 20

/** There are fewer bytes than the head needs. */
class TooShort extends Error {}

/**
 * Reads the head of a GGUF file of which at least the start is there.
 *
 * @param {string} path
 * @param {number} available bytes that are there
 * @param {number} [total] the whole file's bytes, where they are known
 * @returns {Promise<GgufHead | undefined>} undefined where the head goes on after what is available
 * @throws {RealmError} `GGUF_INVALID`, `GGUF_UNSUPPORTED_VERSION`, or `GGUF_TRUNCATED` where the whole file ends within it
 */
export async function readGgufHead(path, available, total) {
  const handle = await open(path)
  try {
    for (let wanted = FIRST_BYTES; ; wanted *= 4) {
      const bytes = Buffer.alloc(Math.min(wanted, available))
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0)
      try {
        return parseHead(bytes.subarray(0, bytesRead))
      } catch (error) {
        if (!(error instanceof TooShort)) throw error
        if (wanted > MOST_BYTES) throw invalid(`its head is longer than ${MOST_BYTES} bytes`)
        if (bytes.length < wanted && available < (total ?? Number.POSITIVE_INFINITY)) return undefined
        if (bytes.length < wanted) {
          throw new RealmError('GGUF_TRUNCATED', `the file ends within its head, after ${total} bytes`)
        }
      }
    }
  } finally {
    await handle.close()
  }
}

/**
 * Checks that a file is long enough for its tensors. Those of types that the engine does not read are left to others.
 *
 * @param {GgufHead} head
 * @param {number} total the file's bytes
 * @throws {RealmError} `GGUF_TRUNCATED`
 */
export function checkExtents({ tensors, dataStart }, total) {
  const types = new Map(Object.values(engineModels.tensorTypes).map((type) => [type.id, type]))
  for (const { name, type, values, offset } of tensors) {
    const block = types.get(type)
    const end = dataStart + offset + (block ? Math.ceil(values / block.values) * block.bytes : 0)
    if (end > total) {
      throw new RealmError(
        'GGUF_TRUNCATED',
        `the tensor ${JSON.stringify(name)} ends at byte ${end}, and the file after ${total} bytes`,
      )
    }
  }
}

/**
 * Checks that the engine runs a model.
 *
 * @param {GgufHead} head
 * @param {string} name the model's, for the message
 * @throws {RealmError} `UNSUPPORTED_ARCHITECTURE` or `UNSUPPORTED_TYPE`
 */
export function mustRun({ architecture, isPart, tensors }, name) {
  if (!isPart) mustRunArchitecture(architecture ?? '', name)
  const known = Object.entries(engineModels.tensorTypes)
  const foreign = tensors.find(({ type }) => !known.some(([, { id }]) => id === type))
  if (!foreign) return
  const type = Object.entries(engineModels.otherTypes).find(([, id]) => id === foreign.type)?.[0]
  throw new RealmError(
    'UNSUPPORTED_TYPE',
    `${name} has tensors of the type ${type ?? `number ${foreign.type}`}, such as ${JSON.stringify(foreign.name)}; ` +
      `expected ${known.map(([label]) => label).join(', ')}. Take a file of the model in another quantization.`,
  )
}

/**
 * @param {string} architecture
 * @param {string} name the model's, for the message
 * @throws {RealmError} `UNSUPPORTED_ARCHITECTURE`
 */
export function mustRunArchitecture(architecture, name) {
  const { architectures } = engineModels
  if (architectures.includes(architecture)) return
  throw new RealmError(
    'UNSUPPORTED_ARCHITECTURE',
    `${name} is of the architecture ${JSON.stringify(architecture)}, which Realm does not run; ` +
      `expected ${architectures.join(', ')}.`,
  )
}

/**
 * @param {Buffer} bytes the file's start
 * @returns {GgufHead}
 */
function parseHead(bytes) {
  let at = 0
  const skip = (/** @type {number} */ count) => {
    // Also where a count is no number that a file could have.
    if (!(at + count <= bytes.length)) throw new TooShort()
    at += count
    return at - count
  }
  const u32 = () => bytes.readUInt32LE(skip(4))
  const u64 = () => Number(bytes.readBigUInt64LE(skip(8)))
  const string = () => {
    const length = u64()
    const start = skip(length)
    return bytes.toString('utf8', start, start + length)
  }
  /** @param {number} type */
  const skipValue = (type) => {
    if (type === STRING) skip(u64())
    else if (type === ARRAY) {
      const element = u32()
      const count = u64()
      if (element === STRING || element === ARRAY) for (let i = 0; i < count; i++) skipValue(element)
      else skip(count * sizeOf(element))
    } else skip(sizeOf(type))
  }
  const magic = bytes.toString('latin1', 0, skip(4) + 4)
  if (magic !== 'GGUF') throw invalid(`it starts with ${JSON.stringify(magic)}, not with "GGUF"`)
  const version = u32()
  if (!VERSIONS.includes(version)) {
    throw new RealmError('GGUF_UNSUPPORTED_VERSION', `its GGUF version is ${version}; expected 2 or 3`)
  }
  const tensorCount = u64()
  const entryCount = u64()
  let architecture
  let alignment = 32
  let part = 0
  for (let i = 0; i < entryCount; i++) {
    const key = string()
    const type = u32()
    if (key === 'general.architecture' && type === STRING) architecture = string()
    else if (key === 'general.alignment' && type === UINT32) alignment = u32()
    else if (key === 'split.no' && type === 2) part = bytes.readUInt16LE(skip(2))
    else skipValue(type)
  }
  /** @type {TensorEntry[]} */
  const tensors = []
  for (let i = 0; i < tensorCount; i++) {
    const name = string()
    let values = 1
    for (let left = u32(); left > 0; left--) values *= u64()
    tensors.push({ name, values, type: u32(), offset: u64() })
  }
  if (alignment === 0) throw invalid('its alignment is 0')
  return { architecture, isPart: part > 0, tensors, dataStart: Math.ceil(at / alignment) * alignment }
}

/** @param {number} type */
function sizeOf(type) {
  const size = SIZES[type]
  if (size === undefined) throw invalid(`it has metadata of the unknown type ${type}`)
  return size
}

/** @param {string} reason */
function invalid(reason) {
  return new RealmError('GGUF_INVALID', reason)
}
