import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pythonWith, testCache } from './pythonEnvironment.js'
import { SetupError } from './runProgram.js'

/** The version of zig, and of what it compiles into the files. */
export const ZIG_VERSION = '0.17.1'

/**
 * The compilers of zig, for one system. They are run with `args` before all other arguments, and with `env`.
 *
 * @typedef {object} ZigCompiler
 * @property {string} program
 * @property {string[]} cc the first arguments of the C compiler
 * @property {string[]} cxx the first arguments of the C++ compiler
 * @property {NodeJS.ProcessEnv} env variables that are added to those of this process: where it keeps what it compiled of
 *   the C library
 */

/**
 * The compilers for a system, whatever this one is: zig brings clang, a linker, and the headers and symbols of each
 * system's C library. It comes from PyPI the first time, into an environment in Realm's cache.
 *
 * @param {Pick<import('./platforms.js').BuildPlatform, 'zigTarget'>} platform
 * @param {(line: string) => void} [log] is told of an installation; default: standard output
 * @returns {ZigCompiler}
 * @throws {SetupError} if there is no Python, or pip cannot install zig
 */
export function zigCompiler({ zigTarget }, log = console.log) {
  return {
    ...findZig(log),
    cc: ['cc', '-target', zigTarget],
    cxx: ['c++', '-target', zigTarget],
  }
}

/**
 * The program zig, with the variables that it is to be run with.
 *
 * @param {(line: string) => void} [log] is told of an installation; default: standard output
 * @returns {{ program: string, env: NodeJS.ProcessEnv }}
 * @throws {SetupError} if there is no Python, or pip cannot install zig
 */
export function findZig(log = console.log) {
  const python = pythonWith([`ziglang==${ZIG_VERSION}`], log)
  const script = 'import os, ziglang; print(os.path.dirname(ziglang.__file__))'
  const { status, stdout } = spawnSync(python, ['-c', script], { encoding: 'utf8' })
  if (status !== 0) {
    throw new SetupError(`${python} does not find its package ziglang: delete the folder, and run this again`)
  }
  const cache = join(testCache, `zig-${ZIG_VERSION}`)
  return {
    program: join(stdout.trim(), 'zig'),
    env: { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache },
  }
}
