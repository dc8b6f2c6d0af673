import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { thisPlatform } from '../lib/bridge/platforms.js'
import { buildIfChanged } from './buildIfChanged.js'
import { findPlatform } from './platforms.js'
import { projectRoot, runProgram, SetupError } from './runProgram.js'
import { zigCompiler } from './zig.js'

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

/** What the compiler may use on x86-64 for each CPU family of the native kernels, and for their packing. */
const FAMILIES = {
  pack: ['-mavx', '-mf16c'],
  kernels_sse4: ['-msse4.2'],
  kernels_avx2: ['-mavx2', '-mfma', '-mf16c'],
  kernels_avx512: AVX512,
  kernels_avx512_vnni: [...AVX512, '-mavx512vnni'],
  kernels_avx512_bf16: [...AVX512, '-mavx512vnni', '-mavx512bf16'],
}

/** The same for ARM: the extensions of the architecture beside those that every CPU of 64 bits has. */
const EXTENSIONS = {
  pack: '',
  kernels_neon: '',
  kernels_neon_dotprod: '+dotprod',
  kernels_neon_i8mm: '+dotprod+i8mm',
}

/** Linux alone has its way to ask for tiles. */
const AMX = [...AVX512, '-mavx512vnni', '-mavx512bf16', '-mamx-tile', '-mamx-bf16']

/**
 * What compiles: a program, the arguments that come before all others, and variables that it is run with.
 *
 * @typedef {object} Compiler
 * @property {string} program
 * @property {string[]} args
 * @property {NodeJS.ProcessEnv} env
 * @property {boolean} isZig whether it is zig's, which names what ARM's CPUs have in its own way
 */

/**
 * Builds the native kernels for this system with its C compiler (`CC`, default `cc`; on Windows zig's), if their sources
 * have changed. On systems that Realm has no packages for nothing is built, and the engine computes with its Java kernels.
 * A compiler that knows no AMX builds them without the family for it.
 *
 * @throws {SetupError} if they do not compile, or there is no compiler
 */
export async function buildKernels() {
  const here = thisPlatform()
  if (here === undefined) return false
  const output = `js-bindings/build/${here.kernels}`
  return buildIfChanged({
    output,
    inputs: [SOURCES, THIS_FILE],
    build: () => compileKernels(output, { platform: findPlatform(here.name), compiler: hostCompiler() }),
  })
}

/**
 * Compiles the native kernels for a system, all families of its kind of CPU.
 *
 * @param {string} output the library to write, relative to the project's folder; a process that has loaded the file of
 *   this name keeps what it has
 * @param {object} options
 * @param {import('./platforms.js').BuildPlatform} options.platform the system
 * @param {Compiler} [options.compiler] default: zig's for the system, on whatever system this is
 * @throws {SetupError} if they do not compile, or there is no compiler
 */
export function compileKernels(output, { platform, compiler = zigFor(platform) }) {
  const amx = platform.cpu === 'x64' && platform.os === 'linux' && knowsAmx(compiler)
  if (platform.cpu === 'x64' && platform.os === 'linux' && !amx) {
    console.log(`${compiler.program} knows no AMX: the native kernels are built without those for it`)
  }
  const cpu = platform.cpu === 'x64' ? 'cpu_x86' : 'cpu_arm'
  // Each file is compiled for its CPU family alone; the choice among them is made when the library is loaded.
  const files = {
    [cpu]: amx ? ['-DREALM_WITH_AMX'] : [],
    ...(platform.cpu === 'x64' ? FAMILIES : armFamilies(compiler)),
    ...(amx ? { kernels_amx_bf16: AMX } : {}),
  }
  compile(
    output,
    Object.entries(files).map(([name, flags]) => ({ file: `${SOURCES}/${name}.c`, flags })),
    compiler,
    platform,
  )
}

/**
 * Builds what tests the native kernels for AMX on CPUs without it, if their sources have changed: the same kernels with a
 * model in C of the instructions on tiles. It is in no package.
 *
 * @throws {SetupError} if they do not compile, or there is no compiler
 */
export async function buildModelledTiles() {
  const here = thisPlatform()
  if (here?.os !== 'linux' || here.cpu !== 'x64') return false
  const output = 'js-bindings/build/librealm-modelled-tiles.so'
  const files = [
    { file: `${SOURCES}/pack.c`, flags: FAMILIES.pack },
    {
      file: `${TILE_MODEL}/modelled_tiles.c`,
      flags: [...FAMILIES.kernels_avx512_bf16, '-I', SOURCES],
    },
  ]
  return buildIfChanged({
    output,
    inputs: [SOURCES, TILE_MODEL, THIS_FILE],
    build: () => compile(output, files, hostCompiler(), here),
  })
}

/** @returns {Compiler} */
function hostCompiler() {
  return process.platform === 'win32'
    ? zigFor(findPlatform())
    : { program: process.env.CC || 'cc', args: [], env: {}, isZig: false }
}

/**
 * @param {import('./platforms.js').BuildPlatform} platform
 * @returns {Compiler}
 */
function zigFor(platform) {
  const { program, cc, env } = zigCompiler(platform)
  return { program, args: cc, env, isZig: true }
}

/**
 * @param {Compiler} compiler
 * @returns {Record<string, string[]>}
 */
function armFamilies({ isZig }) {
  const base = isZig ? '-mcpu=generic' : '-march=armv8.2-a'
  return Object.fromEntries(
    Object.entries(EXTENSIONS).map(([file, extensions]) => [
      file,
      extensions ? [`${base}${extensions}`] : [],
    ]),
  )
}

/**
 * @param {string} output
 * @param {{ file: string, flags: string[] }[]} files
 * @param {Compiler} compiler
 * @param {import('../lib/bridge/platforms.js').Platform} platform
 */
function compile(output, files, compiler, platform) {
  const library = join(projectRoot, output)
  // Files that are made beside the library go with this folder.
  const folder = `${library}.objects`
  mkdirSync(folder, { recursive: true })
  const objects = files.map(({ file, flags }) => {
    const object = join(folder, `${basename(file)}.o`)
    run(compiler, [...FLAGS, ...flags, '-c', file, '-o', object])
    return object
  })
  const linked = join(folder, basename(library))
  run(compiler, ['-shared', '-s', ...nameInside(platform), ...objects, '-o', linked])
  // Renamed into place: a running process keeps the file that it has loaded.
  renameSync(linked, library)
  rmSync(folder, { recursive: true })
}

/**
 * macOS writes a library's own path into it.
 *
 * @param {import('../lib/bridge/platforms.js').Platform} platform
 */
function nameInside({ os, kernels }) {
  return os === 'darwin' ? [`-Wl,-install_name,@rpath/${kernels}`] : []
}

/**
 * @param {Compiler} compiler
 * @param {string[]} args
 */
function run(compiler, args) {
  const ifMissing = 'install a C compiler (Debian: apt-get install gcc), or set CC to one'
  if (runProgram(compiler.program, [...compiler.args, ...args], { env: compiler.env, ifMissing }) !== 0) {
    throw new SetupError(`${compiler.program} could not build the native kernels: its messages are above`)
  }
}

/**
 * Whether a C compiler and its assembler know the instructions on tiles: GCC does from version 11 on.
 *
 * @param {Compiler} compiler
 */
export function knowsAmx({ program, args, env }) {
  // Not to /dev/null: zig would write to a file of another name in the working directory.
  const folder = mkdtempSync(join(tmpdir(), 'realm-amx-'))
  const { status } = spawnSync(
    program,
    [...args, '-mamx-tile', '-mamx-bf16', '-x', 'c', '-c', '-', '-o', join(folder, 'tiles.o')],
    {
      env: { ...process.env, ...env },
      input: 'void release(void) { __asm__ volatile("tilerelease"); }',
      stdio: ['pipe', 'ignore', 'ignore'],
    },
  )
  rmSync(folder, { recursive: true })
  return status === 0
}
