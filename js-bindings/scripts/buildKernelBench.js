import { buildIfChanged } from './buildIfChanged.js'
import { runMaven } from './runMaven.js'
import { SetupError } from './SetupError.js'

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
