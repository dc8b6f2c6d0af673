import { buildIfChanged } from './buildIfChanged.js'
import { compileKernels } from './compileKernels.js'
import { kernelFlags } from './kernelFlags.js'

const OUTPUT = 'js-bindings/build/librealm-modelled-tiles.so'
const KERNELS = 'java-engine/src/main/c'
const MODEL = 'test-java/src/test/c'

/**
 * Builds what tests the native kernels for AMX on CPUs without it, if their sources have changed: the same kernels with a
 * model in C of the instructions on tiles. It is in no package.
 *
 * @throws {import('./SetupError.js').SetupError} if they do not compile, or there is no compiler
 */
export async function buildModelledTiles() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return false
  }
  return buildIfChanged({
    output: OUTPUT,
    inputs: [
      KERNELS,
      MODEL,
      ...['buildModelledTiles', 'compileKernels', 'kernelFlags'].map(
        (name) => `js-bindings/scripts/${name}.js`,
      ),
    ],
    build: () =>
      compileKernels(
        OUTPUT,
        {
          [`${KERNELS}/pack.c`]: kernelFlags.pack,
          [`${MODEL}/modelled_tiles.c`]: [...kernelFlags.avx512_bf16, '-I', KERNELS],
        },
        process.env.CC || 'cc',
      ),
  })
}
