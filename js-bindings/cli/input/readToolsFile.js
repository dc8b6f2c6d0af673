import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { RealmError } from '../../lib/errors/RealmError.js'

/** @import { Tools } from '../../lib/types.d.ts' */

/**
 * Reads the tools of a chat: a module that exports them as `tools`, or by default.
 *
 * @param {string} file
 * @returns {Promise<Tools>}
 * @throws {RealmError} `INVALID_ARGUMENT` where it cannot be loaded, or a tool has nobody to answer its calls
 */
export async function readToolsFile(file) {
  const { tools, default: byDefault } = await load(file)
  const read = tools ?? byDefault
  if (typeof read !== 'object' || read === null) {
    throw new RealmError(
      'INVALID_ARGUMENT',
      `--tools: ${file} exports no tools, expected "export const tools = { name: { description, parameters, execute } }".`,
    )
  }
  for (const [name, tool] of Object.entries(read)) {
    if (tool?.execute === undefined) {
      throw new RealmError(
        'INVALID_ARGUMENT',
        `--tools: ${name} in ${file} has no execute, which answers its calls.`,
      )
    }
  }
  return read
}

/** @param {string} file */
async function load(file) {
  try {
    return await import(pathToFileURL(resolve(file)).href)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new RealmError('INVALID_ARGUMENT', `--tools: ${file} cannot be loaded: ${reason}`, { cause: error })
  }
}
