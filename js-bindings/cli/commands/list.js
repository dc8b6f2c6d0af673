import { Command } from 'commander'
import { cachedModels } from '../../lib/source/cachedModels.js'
import { catalog } from '../../lib/source/catalog.js'
import { formatBytes } from '../terminal/formatBytes.js'
import { printJson } from '../terminal/printJson.js'

/** `realm list`: the catalog, and what is in the cache. */
export function listCommand() {
  return new Command('list')
    .description('list the models of the catalog and of the cache')
    .option('--json', 'print them as JSON')
    .action(run)
}

/** @param {{ json?: boolean }} options */
async function run({ json }) {
  const cached = await cachedModels()
  const known = catalog.models.map(({ name, title, licence, size }) => {
    const path = cached.find((model) => model.source === name)?.path ?? null
    return { name, title, licence, size, path }
  })
  const others = cached
    .filter(({ source }) => !catalog.models.some(({ name }) => name === source))
    .map(({ source, size, path }) => ({ name: source, size, path }))
  if (json) {
    printJson([...known, ...others])
    return
  }
  for (const { name, title, licence, size, path } of known) {
    process.stdout.write(`${name}\n  ${title}, ${formatBytes(size)}, ${licence}\n`)
    process.stdout.write(path ? `  ${path}\n` : `  not fetched: realm pull ${name}\n`)
  }
  for (const { name, size, path } of others) {
    process.stdout.write(`${name}\n  ${formatBytes(size)}\n${name === path ? '' : `  ${path}\n`}`)
  }
}
