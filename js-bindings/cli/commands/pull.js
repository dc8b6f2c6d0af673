import { stat } from 'node:fs/promises'
import { Command } from 'commander'
import { resolveCommandSource } from '../resolveCommandSource.js'
import { formatBytes } from '../terminal/formatBytes.js'
import { printJson } from '../terminal/printJson.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** `realm pull`: brings a model into the cache. */
export function pullCommand() {
  return new Command('pull')
    .description('fetch a model into the cache, or go on with a fetch that was broken off')
    .argument('<model>', 'a catalog name (see: realm list), hf:owner/repo/file or a URL')
    .option('--json', 'print the name, the path and the size as JSON')
    .action(run)
}

/**
 * @param {string} source
 * @param {{ json?: boolean }} options
 */
async function run(source, { json }) {
  const { name, path } = await untilInterrupted((signal) => resolveCommandSource(source, signal))
  const { size } = await stat(path)
  if (json) printJson({ name, path, size })
  else process.stdout.write(`${name}: ${path} (${formatBytes(size)})\n`)
}
