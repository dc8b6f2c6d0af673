import { Command } from 'commander'
import { cachedModels, unfinishedModels } from '../../lib/source/cachedModels.js'
import { cacheDirectory } from '../../lib/source/cacheFolders.js'
import { catalog } from '../../lib/source/catalog.js'
import { cachedBytes } from '../../lib/source/heldFiles.js'
import { chosenFiles } from '../../lib/source/hub.js'
import { areCached } from '../../lib/source/isCached.js'
import { parseSource } from '../../lib/source/parseSource.js'
import { formatBytes, formatTable, printable, printJson } from '../terminal/print.js'

/** `realm list`: what is in the cache, and what the catalog has to fetch; or what the cache takes of the disk. */
export function listCommand() {
  return new Command('list')
    .description('list the models of the cache and of the catalog')
    .option('--sizes', 'list what the cache takes of the disk instead, with downloads that were broken off')
    .option('--json', 'print it as JSON')
    .action(run)
}

/** @param {{ sizes?: boolean, json?: boolean }} options */
async function run({ sizes, json }) {
  if (sizes) {
    const contents = await examineCache()
    if (json) printJson(contents)
    else process.stdout.write(formatSizes(contents))
    return
  }
  const models = await listModels()
  if (json) printJson(models)
  else process.stdout.write(format(models))
}

/** What the cache takes of the disk, in bytes; the largest model first. */
async function examineCache() {
  const bySize = (/** @type {{ size: number }} */ a, /** @type {{ size: number }} */ b) => b.size - a.size
  const whole = (await cachedModels()).sort(bySize)
  const unfinished = (await unfinishedModels()).sort(bySize)
  const java = await cachedBytes('java')
  return {
    folder: cacheDirectory(),
    models: whole.map(({ source, path, files, size }) => ({ name: source, size, files: files.length, path })),
    unfinished: unfinished.map(({ source, path, size }) => ({ name: source, size, path })),
    java: { folder: cacheDirectory('java'), size: java },
    total: (await cachedBytes('models')) + java,
  }
}

/** @param {Awaited<ReturnType<typeof examineCache>>} contents */
function formatSizes({ folder, models, unfinished, java, total }) {
  const rowOf = (/** @type {{ name: string, size: number, files?: number }} */ { name, size, files = 1 }) => [
    `  ${formatBytes(size)}`,
    printable(name),
    files > 1 ? `${files} files` : '',
  ]
  const tables = [
    [`In ${printable(folder)}:\n`, models.map(rowOf)],
    ['\nNot wholly there; "realm pull" goes on with it, "realm rm" removes it:\n', unfinished.map(rowOf)],
    [
      '\nJars of Javet and GraalVM, which are fetched again where they are needed:\n',
      java.size === 0 ? [] : [[`  ${formatBytes(java.size)}`, printable(java.folder)]],
    ],
  ]
  const text = tables.map(([title, rows]) =>
    rows.length === 0 ? '' : title + formatTable(/** @type {string[][]} */ (rows), { right: [0] }),
  )
  return `${text.join('')}${text.some(Boolean) ? '\n' : ''}${formatBytes(total)} in all\n`
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
