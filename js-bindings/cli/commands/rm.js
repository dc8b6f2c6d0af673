import { sep } from 'node:path'
import { Command } from 'commander'
import { nearestName } from '../../lib/arguments/readOptions.js'
import { RealmError } from '../../lib/errors/RealmError.js'
import { cachedModels, unfinishedModels } from '../../lib/source/cachedModels.js'
import { cacheDirectory } from '../../lib/source/cacheFolders.js'
import { heldOf } from '../../lib/source/heldFiles.js'
import { chosenFiles } from '../../lib/source/hub.js'
import { parseSource } from '../../lib/source/parseSource.js'
import { removeCached } from '../../lib/source/removeCached.js'
import { formatBytes, printable, printJson } from '../terminal/print.js'

/** `realm rm`: takes models out of the cache. */
export function rmCommand() {
  return new Command('rm')
    .description('remove models from the cache, with what is left of downloads that were broken off')
    .argument('[model...]', 'what "realm list" calls it, or what it was fetched by: a name, hf:… or a URL')
    .option('--unfinished', 'remove what is left of all downloads that were broken off')
    .option('--json', 'print the names and the bytes that were freed as JSON')
    .action(run)
}

/**
 * @param {string[]} sources
 * @param {{ unfinished?: boolean, json?: boolean }} options
 * @param {Command} command
 */
async function run(sources, { unfinished, json }, command) {
  if (sources.length === 0 && !unfinished) {
    command.error('error: expected a model, or --unfinished; "realm list" shows what there is')
  }
  // All are looked for before the first is removed.
  const left = unfinished ? await unfinishedModels() : []
  const wanted = left.map(({ source, files }) => ({ name: source, files }))
  for (const source of sources) {
    const files = await filesToRemove(source)
    const held = await Promise.all(files.map(heldOf))
    if (held.flat().length === 0) throw await notCached(source)
    wanted.push({ name: source, files })
  }
  const removed = []
  for (const { name, files } of wanted) {
    const freed = await removeCached(files)
    removed.push({ name, freed })
    if (!json) process.stdout.write(`Removed ${printable(name)} (${formatBytes(freed)})\n`)
  }
  if (json) printJson(removed)
  else if (removed.length === 0) process.stdout.write('No download was broken off: nothing to remove\n')
}

/**
 * @param {string} source
 * @returns {Promise<string[]>} none where it names nothing that the cache could hold
 */
async function filesToRemove(source) {
  const parsed = parseSource(source)
  if (parsed.kind === 'cached') return parsed.files.map(({ path }) => path)
  if (parsed.kind === 'hub') {
    const files = await chosenFiles(parsed.wish)
    return files?.map(({ path }) => path) ?? []
  }
  if (!parsed.path.startsWith(cacheDirectory() + sep)) return []
  const model = (await cachedModels()).find(({ files }) => files.includes(parsed.path))
  return model?.files ?? [parsed.path]
}

/** @param {string} source */
async function notCached(source) {
  const names = [...(await cachedModels()), ...(await unfinishedModels())].map((model) => model.source)
  const nearest = nearestName(source, names) ?? names.find((name) => name.includes(source))
  return new RealmError(
    'MODEL_NOT_FOUND',
    `${source} is not in the cache; expected what "realm list" shows there. ` +
      `Files outside of the cache are not removed.${nearest ? ` Did you mean ${nearest}?` : ''}`,
  )
}
