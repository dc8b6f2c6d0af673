import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { projectRoot } from './projectRoot.js'
import { runProgram } from './runProgram.js'
import { SetupError } from './SetupError.js'

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

/**
 * Compiles native kernels to a shared library with the C compiler.
 *
 * @param {string} output the library, relative to the project's folder
 * @param {Record<string, string[]>} files each source file, relative to the project's folder, with its own flags
 * @param {string} compiler a program
 * @throws {SetupError} if they do not compile, or there is no such program
 */
export function compileKernels(output, files, compiler) {
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
