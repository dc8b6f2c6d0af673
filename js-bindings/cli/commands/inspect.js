import { Command } from 'commander'
import { inspect } from '../../lib/diagnostics.js'
import { resolveCommandSource } from '../commandModel.js'
import { formatBytes, formatTable, printable, printJson } from '../terminal/print.js'
import { untilInterrupted } from '../terminal/untilInterrupted.js'

/** The longest metadata value that is shown whole. */
const WIDTH = 80

/** `realm inspect`: what a GGUF file says of itself. */
export function inspectCommand() {
  return new Command('inspect')
    .description('show the metadata and the tensors of a GGUF file')
    .argument('<file>', 'a path, or any other source of a model')
    .option('--json', 'print all of it as JSON')
    .action(run)
}

/**
 * @param {string} source
 * @param {{ json?: boolean }} options
 */
async function run(source, { json }) {
  const { metadata, tensors } = await untilInterrupted(async (signal) => {
    const { path } = await resolveCommandSource(source, signal, { toRun: false })
    return inspect(path, { signal })
  })
  if (json) {
    printJson({ metadata, tensors })
    return
  }
  for (const [key, value] of Object.entries(metadata))
    process.stdout.write(`${printable(key)} = ${shorten(value)}\n`)
  const bytes = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0)
  process.stdout.write(`\n${tensors.length} tensors, ${formatBytes(bytes)}\n`)
  process.stdout.write(
    formatTable(tensors.map(({ name, type, shape }) => [printable(name), type, shape.join(' × ')])),
  )
}

/** @param {unknown} value */
function shorten(value) {
  const text = printable(JSON.stringify(value))
  if (text.length <= WIDTH) return text
  const count = Array.isArray(value) ? ` (${value.length} items)` : ''
  return `${text.slice(0, WIDTH)}…${count}`
}
