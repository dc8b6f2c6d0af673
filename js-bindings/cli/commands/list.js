import { Command } from 'commander'
import { areCached, cachedModels } from '../../lib/source/cache.js'
import { catalog } from '../../lib/source/catalog.js'
import { chosenFiles } from '../../lib/source/hub.js'
import { parseSource } from '../../lib/source/parseSource.js'
import { formatBytes, formatTable, printable, printJson } from '../terminal/print.js'

/** `realm list`: what is in the cache, and what the catalog has to fetch. */
export function listCommand() {
  return new Command('list')
    .description('list the models of the cache and of the catalog')
    .option('--json', 'print them as JSON')
    .action(run)
}

/** @param {{ json?: boolean }} options */
async function run({ json }) {
  const models = await listModels()
  if (json) printJson(models)
  else process.stdout.write(format(models))
}

/**
 * A model that can be loaded by its name.
 *
 * @typedef {object} ListedModel
 * @property {string} name of the catalog, else `hf:owner/repo/file`, else a path
 * @property {string | null} title null outside of the catalog
 * @property {string | null} licence null where it was not confirmed
 * @property {string | null} from the repository that it comes from, where it comes from one
 * @property {number | null} size bytes; null where only the hub can tell
 * @property {string | null} path its file, of a split model the first one; null where it is not in the cache
 */

/** @returns {Promise<ListedModel[]>} the catalog, then what else is in the cache */
async function listModels() {
  const cached = new Map((await cachedModels()).map((model) => [model.path, model]))
  /** @type {ListedModel[]} */
  const models = []
  for (const entry of catalog.models) {
    const { name, title, licence = null } = entry
    const parsed = parseSource(name)
    const files =
      parsed.kind === 'hub' ? await chosenFiles(parsed.wish) : parsed.kind === 'cached' ? parsed.files : []
    const model = files && (await areCached(files)) ? cached.get(files[0].path) : undefined
    if (model) cached.delete(model.path)
    const from = 'hub' in entry ? entry.hub : null
    const size = model?.size ?? ('size' in entry ? entry.size : null)
    models.push({ name, title, licence, from, size, path: model?.path ?? null })
  }
  for (const { source, size, path } of cached.values()) {
    models.push({ name: source, title: null, licence: null, from: null, size, path })
  }
  return models
}

/** @param {ListedModel[]} models */
function format(models) {
  const here = models.filter(({ path }) => path !== null)
  const absent = models.filter(({ path }) => path === null)
  const inCache = here.map(({ name, title, size }) => [
    `  ${printable(name)}`,
    formatBytes(size ?? 0),
    title ?? '',
  ])
  const toFetch = absent.map(({ name, title, licence, from, size }) => [
    `  ${name}`,
    title ?? '',
    size === null ? '' : formatBytes(size),
    [from, licence].filter(Boolean).join(', '),
  ])
  return [
    here.length > 0 ? `In the cache:\n${formatTable(inCache, { right: [1] })}\n` : '',
    `To fetch, with "realm pull NAME":\n${formatTable(toFetch, { right: [2] })}`,
    '\nAny other model with GGUF files on Hugging Face: realm pull hf:owner/repo[:Q4_K_M]\n',
  ].join('')
}
