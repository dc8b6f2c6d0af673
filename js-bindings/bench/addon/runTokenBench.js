import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { findJava } from '../../lib/bridge/findJava.js'
import { findEngine } from '../../lib/bridge/findRuntime.js'
import { jvmOptions } from '../../lib/bridge/jvmOptions.js'
import { findKernels } from '../../lib/bridge/nativeFiles.js'
import { kernelBenchJar } from '../../scripts/buildEngine.js'
import { projectRoot, SetupError } from '../../scripts/runProgram.js'

/** @import { TokenJob } from './measureAddon.js' */

/**
 * Makes texts in a Java program of its own: on the Java that Node would start, with the same jar and the same options.
 *
 * @param {TokenJob} job
 * @returns {number} the microseconds that a token took
 * @throws {SetupError} if the program fails
 */
export function runTokenBench({ model, id, tokens, threads, texts, warmUpMs }) {
  const classPath = [findEngine(), join(projectRoot, kernelBenchJar)]
  const args = [
    ...jvmOptions({ classPath, kernels: findKernels() }),
    'ai.realm.bench.TokenBench',
    model,
    ...[id, tokens, threads, texts, warmUpMs].map(String),
  ]
  const java = join(findJava().home, 'bin/java')
  const { status, signal, stdout } = spawnSync(java, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  })
  if (status !== 0) {
    throw new SetupError(
      `TokenBench ended with ${signal ?? `exit code ${status}`}, expected 0; its messages are above`,
    )
  }
  return Number(stdout)
}
