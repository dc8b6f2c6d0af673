import { copyFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfChanged } from './buildIfChanged.js'
import { runMaven } from './runMaven.js'
import { projectRoot, SetupError } from './runProgram.js'

const OUTPUT = 'js-bindings/build/realm-engine.jar'

/**
 * Builds the engine's jar with Maven, if its sources have changed.
 *
 * @throws {SetupError} if it does not compile, or there is no JDK 25 or no Maven
 */
export function buildEngine() {
  return buildIfChanged({
    output: OUTPUT,
    inputs: ['package.json', 'pom.xml', '.mvn/jvm.config', 'java-engine/pom.xml', 'java-engine/src/main'],
    build: packageJar,
  })
}

function packageJar() {
  if (runMaven(['--projects', 'java-engine', 'package', '-DskipTests']) !== 0) {
    throw new SetupError('Maven could not build the engine: its messages are above')
  }
  // Renamed into place: a running process keeps the jar that it has opened.
  const output = join(projectRoot, OUTPUT)
  copyFileSync(join(projectRoot, 'java-engine/target/realm-engine.jar'), `${output}.new`)
  renameSync(`${output}.new`, output)
}

/** The benchmarks with all that they run from. */
export const kernelBenchJar = 'test-java/bench/target/kernel-bench.jar'

/**
 * Builds the benchmarks of the kernels with Maven, if their sources or the engine's have changed.
 *
 * @throws {SetupError} if they do not compile, or there is no JDK 25 or no Maven
 */
export function buildKernelBench() {
  return buildIfChanged({
    output: kernelBenchJar,
    inputs: [
      'pom.xml',
      '.mvn/jvm.config',
      'java-engine/pom.xml',
      'java-engine/src/main',
      'test-java/bench/pom.xml',
      'test-java/bench/src',
    ],
    build: () => {
      const modules = 'java-engine,test-java/bench'
      if (runMaven(['-Pbench', '--projects', modules, 'package', '-DskipTests']) !== 0) {
        throw new SetupError('Maven could not build the benchmarks of the kernels: its messages are above')
      }
    },
  })
}
