import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findJava } from '../../lib/bridge/findJava.js'
import { findEngine } from '../../lib/bridge/findRuntime.js'
import { jvmOptions } from '../../lib/bridge/jvmOptions.js'
import { findKernels } from '../../lib/bridge/nativeFiles.js'
import { kernelBenchJar } from '../../scripts/buildEngine.js'
import { projectRoot, SetupError } from '../../scripts/runProgram.js'

/** The formats that are measured. */
export const FORMATS = fileURLToPath(new URL('formats.json', import.meta.url))

/**
 * What a format costs, in time of the thread's processor.
 *
 * @typedef {object} MaskFigures
 * @property {string} name of the format
 * @property {number} vocabulary how many tokens it has
 * @property {number} trieMillis to make the vocabulary's tree, once a model
 * @property {number} compileMillis to compile the format, in a Java that has just started
 * @property {number} firstMicros a token of its first text, on average
 * @property {number} micros a token of later texts, on average
 * @property {number} p99Micros of those
 */

/**
 * Measures what the formats cost beside the model.
 *
 * @param {string} vocabulary a model's file, or how many tokens a generated one has
 * @returns {MaskFigures[]}
 */
export function measureMasks(vocabulary) {
  const classPath = [findEngine(), join(projectRoot, kernelBenchJar)]
  const { status, stdout } = spawnSync(
    join(findJava().home, 'bin/java'),
    [...jvmOptions({ classPath, kernels: findKernels() }), 'ai.realm.bench.FormatBench', vocabulary, FORMATS],
    { stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' },
  )
  if (status !== 0) throw new SetupError('FormatBench failed: its messages are above')
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}
