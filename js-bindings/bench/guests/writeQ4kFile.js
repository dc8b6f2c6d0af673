import { closeSync, openSync, writeSync } from 'node:fs'
import { blockTypes, randomBlocks } from '../models/blockTypes.js'
import { ggufEntries, ggufHead } from '../models/ggufParts.js'

/**
 * Writes a GGUF file, version 3, of Q4_K matrices with random values that are always the same. Nothing but its tensors can
 * be read of it.
 *
 * @param {string} path
 * @param {{ names: string[], columns: number, rows: number }} matrices `columns` is a multiple of 256, `rows` of 2
 */
export function writeQ4kFile(path, { names, columns, rows }) {
  const blockType = blockTypes.Q4_K
  const bytes = ((columns * rows) / blockType.values) * blockType.bytes
  const tensors = names.map((name) => ({ name, type: blockType.type, shape: [columns, rows], bytes }))
  const file = openSync(path, 'w')
  try {
    writeSync(file, ggufHead(ggufEntries([['general.architecture', 'string', 'tensors']]), tensors))
    for (let seed = 1; seed <= names.length; seed++) writeSync(file, randomBlocks(blockType, bytes, seed))
  } finally {
    closeSync(file)
  }
}
