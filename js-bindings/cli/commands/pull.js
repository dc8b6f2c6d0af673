import { stat } from 'node:fs/promises'
import { Command } from 'commander'
import { resolveCommandSource } from '../commandModel.js'
import { formatBytes, printable, printJson } from '../terminal/print.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** `realm pull`: brings a model into the cache. */
export function pullCommand() {
  return new Command('pull')
    .description('fetch a model into the cache, or go on with a fetch that was broken off')
    .argument(
      '<model>',
      'a catalog name (see: realm list), hf:owner/repo, hf:owner/repo:Q4_K_M, hf:owner/repo/file or a URL',
    )
    .option('--json', 'print the name, the path, all files and their bytes as JSON')
    .action(run)
}

/**
 * @param {string} source
 * @param {{ json?: boolean }} options
 */
async function run(source, { json }) {
  const { name, path, files } = await untilInterrupted((signal) => resolveCommandSource(source, signal))
  const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size))
  const size = sizes.reduce((sum, bytes) => sum + bytes, 0)
  if (json) {
    printJson({ name, path, files, size })
    return
  }
  const count = files.length > 1 ? `, ${files.length} files` : ''
  process.stdout.write(`${printable(name)}: ${printable(path)} (${formatBytes(size)}${count})\n`)
}
