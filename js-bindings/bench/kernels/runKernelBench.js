import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { Command } from 'commander'
import { reportError } from '../../cli/terminal/reportError.js'
import { jvmOptions } from '../../lib/bridge/jvmOptions.js'
import { findKernels } from '../../lib/bridge/nativeFiles.js'
import { kernelBenchJar } from '../../scripts/buildEngine.js'
import { findJdk } from '../../scripts/runMaven.js'
import { projectRoot, SetupError } from '../../scripts/runProgram.js'
import { formatMachine, readMachine } from '../machine.js'
import { commandLine, keepResult, writeOption } from '../results.js'

/**
 * Runs `npm run bench:kernels` with arguments. The process's exit code is 0, 1 after an error, 2 after wrong usage.
 *
 * @param {string[]} args
 * @param {object} [doors] to the world
 * @param {typeof measureKernels} [doors.measure] default: measures
 * @param {(text: string) => void} [doors.write] takes the result; default: standard output
 * @param {typeof keepResult} [doors.keep] takes the result of `--write`; default: docs
 * @throws {SetupError} if JMH fails
 */
export async function runKernelBench(
  args,
  { measure = measureKernels, write = (text) => process.stdout.write(text), keep = keepResult } = {},
) {
  const program = new Command('npm run bench:kernels --')
    .description("measures the kernels alone, beside the machine's limits")
    .argument('[families...]', 'of decode, prefill, attention and rmsNorm (default: all)')
    .option(...writeOption)
    .exitOverride()
    .action((families, options) => {
      const machine = readMachine()
      const measured = measure(families)
      const table = measured.search(/^\|/m)
      // JMH hands on what each Java that it starts says of the incubator module.
      const about = measured.slice(0, table).match(/^(?!WARNING: ).+/gm) ?? []
      const report = [formatMachine(machine), ...about, '', measured.slice(table).trim()].join('\n')
      if (options.write) {
        keep({ machine, subject: 'kernels', command: commandLine('npm run bench:kernels', args), report })
      }
      write(`${report}\n`)
    })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    if (error instanceof SetupError) throw error
    process.exitCode = reportError(error)
  }
}

/**
 * Measures the kernels with JMH, in a Java that is started as Node starts it.
 *
 * @param {string[]} families those that are wanted; all if there are none
 * @returns {string} what each provider says of itself, and a table
 * @throws {SetupError} if it fails
 */
function measureKernels(families) {
  const options = jvmOptions({ classPath: [join(projectRoot, kernelBenchJar)], kernels: findKernels() })
  // JMH reads its own classes in a way that Java warns of.
  const args = [
    ...options,
    '--sun-misc-unsafe-memory-access=allow',
    'ai.realm.bench.KernelBench',
    ...families,
  ]
  const { status, signal, stdout } = spawnSync(join(findJdk(), 'bin/java'), args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (status !== 0) {
    throw new SetupError(
      `KernelBench ended with ${signal ?? `exit code ${status}`}, expected 0; its messages are above`,
    )
  }
  return stdout
}
