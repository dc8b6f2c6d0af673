import { spawnSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { buildIfChanged } from './buildIfChanged.js'
import { projectRoot, runProgram, SetupError } from './runProgram.js'

const SOURCES = 'java-engine/src/main/c'
const TILE_MODEL = 'test-java/src/test/c'
/** The libraries change with the flags, too. */
const THIS_FILE = 'js-bindings/scripts/buildKernels.js'

const FLAGS = [
  '-std=gnu11',
  '-O3',
  '-Wall',
  '-Wextra',
  '-fPIC',
  '-fvisibility=hidden',
  '-ffp-contract=fast',
  '-fno-math-errno',
]

const AVX512 = [
  '-mavx512f',
  '-mavx512dq',
  '-mavx512bw',
  '-mavx512vl',
  '-mfma',
  '-mf16c',
  '-mprefer-vector-width=512',
]

/** What the compiler may use for each CPU family of the native kernels, and for their packing. */
const FAMILIES = {
  pack: ['-mavx', '-mf16c'],
  sse4: ['-msse4.2'],
  avx2: ['-mavx2', '-mfma', '-mf16c'],
  avx512: AVX512,
  avx512_vnni: [...AVX512, '-mavx512vnni'],
  avx512_bf16: [...AVX512, '-mavx512vnni', '-mavx512bf16'],
  amx_bf16: [...AVX512, '-mavx512bf16', '-mamx-tile', '-mamx-bf16'],
}

/**
 * Builds the native kernels with the C compiler (`CC`, default `cc`), if their sources have changed. There are some for
 * x86-64 Linux; on other systems nothing is built, and the engine computes with its Java kernels. A compiler that knows no
 * AMX builds them without the family for it.
 *
 * @throws {SetupError} if they do not compile, or there is no compiler
 */
export function buildKernels() {
  return buildLibrary('js-bindings/build/librealm-kernels.so', [SOURCES], (compiler) => {
    const amx = knowsAmx(compiler)
    if (!amx) console.log(`${compiler} knows no AMX: the native kernels are built without those for it`)
    // Each file is compiled for its CPU family alone; the choice among them is made when the library is loaded.
    return {
      [`${SOURCES}/cpu.c`]: amx ? ['-DREALM_WITH_AMX'] : [],
      [`${SOURCES}/pack.c`]: FAMILIES.pack,
      [`${SOURCES}/kernels_sse4.c`]: FAMILIES.sse4,
      [`${SOURCES}/kernels_avx2.c`]: FAMILIES.avx2,
      [`${SOURCES}/kernels_avx512.c`]: FAMILIES.avx512,
      [`${SOURCES}/kernels_avx512_vnni.c`]: FAMILIES.avx512_vnni,
      [`${SOURCES}/kernels_avx512_bf16.c`]: FAMILIES.avx512_bf16,
      ...(amx ? { [`${SOURCES}/kernels_amx_bf16.c`]: FAMILIES.amx_bf16 } : {}),
    }
  })
}

/**
 * Builds what tests the native kernels for AMX on CPUs without it, if their sources have changed: the same kernels with a
 * model in C of the instructions on tiles. It is in no package.
 *
 * @throws {SetupError} if they do not compile, or there is no compiler
 */
export function buildModelledTiles() {
  return buildLibrary('js-bindings/build/librealm-modelled-tiles.so', [SOURCES, TILE_MODEL], () => ({
    [`${SOURCES}/pack.c`]: FAMILIES.pack,
    [`${TILE_MODEL}/modelled_tiles.c`]: [...FAMILIES.avx512_bf16, '-I', SOURCES],
  }))
}

/**
 * Builds a library where its inputs have changed, on the systems for which there are native kernels.
 *
 * @param {string} output the library, relative to the project's folder
 * @param {string[]} sources what it is made of
 * @param {(compiler: string) => Record<string, string[]>} filesFor each source file, with its own flags
 * @returns {Promise<boolean>} whether it was built
 */
async function buildLibrary(output, sources, filesFor) {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false
  const compiler = process.env.CC || 'cc'
  return buildIfChanged({
    output,
    inputs: [...sources, THIS_FILE],
    build: () => compile(output, filesFor(compiler), compiler),
  })
}

/**
 * @param {string} output
 * @param {Record<string, string[]>} files
 * @param {string} compiler
 */
function compile(output, files, compiler) {
  const objects = join(projectRoot, `${output}.objects`)
  mkdirSync(objects, { recursive: true })
  const parts = Object.entries(files).map(([file, flags]) => {
    const object = join(objects, `${basename(file)}.o`)
    run(compiler, [...FLAGS, ...flags, '-c', file, '-o', object])
    return object
  })
  const library = join(projectRoot, output)
  run(compiler, ['-shared', ...parts, '-o', `${library}.new`])
  rmSync(objects, { recursive: true })
  // Renamed into place: a running process keeps the file that it has loaded.
  renameSync(`${library}.new`, library)
}

/**
 * @param {string} compiler
 * @param {string[]} args
 */
function run(compiler, args) {
  const ifMissing = 'install a C compiler (Debian: apt-get install gcc), or set CC to one'
  if (runProgram(compiler, args, { ifMissing }) !== 0) {
    throw new SetupError(`${compiler} could not build the native kernels: its messages are above`)
  }
}

/**
 * Whether a C compiler and its assembler know the instructions on tiles: GCC does from version 11 on.
 *
 * @param {string} compiler a program
 */
export function knowsAmx(compiler) {
  const { status } = spawnSync(
    compiler,
    ['-mamx-tile', '-mamx-bf16', '-x', 'c', '-c', '-', '-o', '/dev/null'],
    {
      input: 'void release(void) { __asm__ volatile("tilerelease"); }',
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  )
  return status === 0
}
