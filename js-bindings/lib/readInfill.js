import { booleanValue, invalidArgument, text } from './arguments/checks.js'
import { readOptions } from './arguments/readOptions.js'
import { OF_CHATS, refuseOptions } from './arguments/refuseOptions.js'
import { readGenerateOptions } from './generation/readGenerateOptions.js'

/** @import { EngineModel } from './EngineModel.js' */
/** @import { streamChecks } from './generation/Reader.js' */
/** @import { InfillOptions } from './types.d.ts' */

/** As llama-server has them. */
const USUAL = { repository: 'myproject', file: 'filename', other: 'tmp' }

/**
 * Reads what a middle is asked for with; see `Model.infill`.
 *
 * @param {EngineModel} engine
 * @param {string} prefix
 * @param {string} suffix
 * @param {InfillOptions} options
 * @param {string} what
 * @param {Partial<typeof streamChecks>} [streamed] checks of what else there may be
 */
export function readInfill(engine, prefix, suffix, options, what, streamed = {}) {
  engine.mustBeOpen()
  const { vocabularySize } = engine.opened
  const others = { files: readFiles, repository: text, file: text, suffixFirst: booleanValue, ...streamed }
  const tokensOf = (/** @type {string} */ text) => engine.tokensOf(text)
  const read = readGenerateOptions(options, { what, vocabularySize, tokensOf, others })
  refuseOptions(options, OF_CHATS, 'nothing: a middle is no chat, and one text', 'Leave it out.')
  const { repository = USUAL.repository, file = USUAL.file, files = [], suffixFirst = false } = read
  const infill = {
    prefix: text(prefix, 'prefix'),
    suffix: text(suffix, 'suffix'),
    files,
    repository,
    file,
    suffixFirst,
  }
  const job = { prompt: { infill }, options: { ...engine.textDefaults, ...read.engine } }
  return { job, signal: read.signal, highWaterMark: read.highWaterMark }
}

/** @param {unknown} value @param {string} name @returns {{ name: string, text: string }[]} */
function readFiles(value, name) {
  if (!Array.isArray(value)) throw invalidArgument(name, value, 'an array of files: { name, text }')
  return Array.from(value, (file, index) => {
    const what = `${name}[${index}]`
    const read = readOptions(file, { name: text, text }, { what, prefix: `${what}.` })
    return { name: read.name ?? USUAL.other, text: text(read.text, `${what}.text`) }
  })
}
