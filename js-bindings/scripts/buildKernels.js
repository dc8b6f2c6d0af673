import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildIfChanged } from './buildIfChanged.js'
import { projectRoot } from './projectRoot.js'
import { runProgram } from './runProgram.js'
import { SetupError } from './SetupError.js'

const OUTPUT = 'js-bindings/build/librealm-kernels.so'
const SOURCES = 'java-engine/src/main/c'

const AVX512 = [
  '-mavx512f',
  '-mavx512dq',
  '-mavx512bw',
  '-mavx512vl',
  '-mfma',
  '-mf16c',
  '-mprefer-vector-width=512',
]

/** Each source file with what its CPU family may use; the choice among them is made when the library is loaded. */
const FILES = {
  'cpu.c': [],
  'pack.c': ['-mavx', '-mf16c'],
  'kernels_sse4.c': ['-msse4.2'],
  'kernels_avx2.c': ['-mavx2', '-mfma', '-mf16c'],
  'kernels_avx512.c': AVX512,
  'kernels_avx512_bf16.c': [...AVX512, '-mavx512bf16'],
}

/**
 * Builds the native kernels with the C compiler (`CC`, default `cc`), if their sources have changed. There are some for
 * x86-64 Linux; on other systems nothing is built, and the engine computes with its Java kernels.
 *
 * @throws {SetupError} if they do not compile, or there is no compiler
 */
export async function buildKernels() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return false
  }
  return buildIfChanged({
    output: OUTPUT,
    inputs: [SOURCES, 'js-bindings/scripts/buildKernels.js'],
    build: compile,
  })
}

function compile() {
  const objects = join(projectRoot, 'js-bindings/build/kernels')
  mkdirSync(objects, { recursive: true })
  const flags = [
    '-std=gnu11',
    '-O3',
    '-Wall',
    '-Wextra',
    '-fPIC',
    '-fvisibility=hidden',
    '-ffp-contract=fast',
    '-fno-math-errno',
  ]
  for (const [file, family] of Object.entries(FILES)) {
    run([...flags, ...family, '-c', join(SOURCES, file), '-o', join(objects, `${file}.o`)])
  }
  const output = join(projectRoot, OUTPUT)
  run(['-shared', ...Object.keys(FILES).map((file) => join(objects, `${file}.o`)), '-o', `${output}.new`])
  rmSync(objects, { recursive: true })
  // Renamed into place: a running process keeps the file that it has loaded.
  renameSync(`${output}.new`, output)
}

/** @param {string[]} args */
function run(args) {
  const compiler = process.env.CC || 'cc'
  const ifMissing = 'install a C compiler (Debian: apt-get install gcc), or set CC to one'
  if (runProgram(compiler, args, { ifMissing }) !== 0) {
    throw new SetupError(`${compiler} could not build the native kernels: its messages are above`)
  }
}
