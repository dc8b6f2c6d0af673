import { join } from 'node:path'
import { buildIfChanged } from './buildIfChanged.js'
import { compileKernels } from './compileKernels.js'
import { kernelFlags } from './kernelFlags.js'
import { knowsAmx } from './knowsAmx.js'

const OUTPUT = 'js-bindings/build/librealm-kernels.so'
const SOURCES = 'java-engine/src/main/c'

/**
 * Builds the native kernels with the C compiler (`CC`, default `cc`), if their sources have changed. There are some for
 * x86-64 Linux; on other systems nothing is built, and the engine computes with its Java kernels. A compiler that knows no
 * AMX builds them without the family for it.
 *
 * @throws {import('./SetupError.js').SetupError} if they do not compile, or there is no compiler
 */
export async function buildKernels() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return false
  }
  return buildIfChanged({
    output: OUTPUT,
    inputs: [
      SOURCES,
      ...['buildKernels', 'compileKernels', 'kernelFlags', 'knowsAmx'].map(
        (name) => `js-bindings/scripts/${name}.js`,
      ),
    ],
    build: () => compile(process.env.CC || 'cc'),
  })
}

/**
 * Each source file is compiled for its CPU family alone; the choice among them is made when the library is loaded.
 *
 * @param {string} compiler
 */
function compile(compiler) {
  const { pack, sse4, avx2, avx512, avx512_vnni, avx512_bf16, amx_bf16 } = kernelFlags
  const amx = knowsAmx(compiler)
  if (!amx) console.log(`${compiler} knows no AMX: the native kernels are built without those for it`)
  /** @type {Record<string, string[]>} */
  const files = {
    'cpu.c': amx ? ['-DREALM_WITH_AMX'] : [],
    'pack.c': pack,
    'kernels_sse4.c': sse4,
    'kernels_avx2.c': avx2,
    'kernels_avx512.c': avx512,
    'kernels_avx512_vnni.c': avx512_vnni,
    'kernels_avx512_bf16.c': avx512_bf16,
    ...(amx ? { 'kernels_amx_bf16.c': amx_bf16 } : {}),
  }
  const entries = Object.entries(files).map(([file, flags]) => [join(SOURCES, file), flags])
  compileKernels(OUTPUT, Object.fromEntries(entries), compiler)
}
