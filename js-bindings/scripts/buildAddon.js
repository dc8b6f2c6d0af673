import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { buildIfChanged } from './buildIfChanged.js'
import { findPlatform } from './platforms.js'
import { findJdk } from './runMaven.js'
import { projectRoot, runProgram, SetupError } from './runProgram.js'
import { nodeFunctions } from './windowsNodeFunctions.js'
import { zigCompiler } from './zig.js'

const SOURCES = 'js-bindings/addon'
const OUTPUT = 'js-bindings/build/realm.node'

/** The files among the sources that are of some systems only, in the folder `platform`. */
const OF_SYSTEM = {
  linux: ['posix.cc', 'linux.cc'],
  darwin: ['posix.cc', 'macos.cc'],
  win32: ['windows.cc'],
}

/**
 * A C++ compiler.
 *
 * @typedef {object} Compiler
 * @property {string} program
 * @property {string[]} [args] before all others
 * @property {string[]} [cxxLibrary] has it link the C++ library into the addon: that of the machine that runs it may be
 *   older than that of the one that builds it
 * @property {NodeJS.ProcessEnv} [env] variables that are added to those of this process
 */

/**
 * Builds the addon for this system, if its sources have changed.
 *
 * @throws {SetupError} if it does not compile, or what that needs is missing
 */
export function buildAddon() {
  return buildIfChanged({
    output: OUTPUT,
    inputs: [SOURCES, 'js-bindings/scripts/buildAddon.js', 'package-lock.json'],
    build: () => {
      // Renamed into place: a running process keeps the file that it has loaded.
      const output = join(projectRoot, OUTPUT)
      compileAddon(`${output}.new`)
      renameSync(`${output}.new`, output)
    },
  })
}

/**
 * Compiles the addon for a system with zig, whatever this system is: for the oldest version of that one that Realm runs on.
 *
 * @param {string} output the file to write
 * @param {import('./platforms.js').BuildPlatform} platform
 * @throws {SetupError} if it does not compile, or there is no zig, or no JDK 25 with its headers
 */
export function crossCompileAddon(output, platform) {
  const { program, cxx, env } = zigCompiler(platform)
  const folder = mkdtempSync(join(tmpdir(), 'realm-addon-'))
  try {
    // The linker leaves more files beside its output on some systems.
    const built = join(folder, 'realm.node')
    compileAddon(built, { compiler: { program, args: cxx, env }, platform })
    rmSync(output, { force: true })
    renameSync(built, output)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * Compiles the addon. The headers come from the JDK and from npm packages: nothing is downloaded for them.
 *
 * @param {string} output the file to write
 * @param {object} [options]
 * @param {Compiler} [options.compiler] default: the program `CXX`, else `c++`
 * @param {string} [options.jdk] the folder of a JDK; default: the one that is found
 * @param {import('./platforms.js').BuildPlatform} [options.platform] what to compile for; default: this system
 * @throws {SetupError} if it does not compile, or there is no compiler, no JDK 25 with its headers, or no such system
 */
export function compileAddon(
  output,
  { compiler = ownCompiler(), jdk = findJdk(), platform = findPlatform() } = {},
) {
  const args = [
    ...['-std=c++17', '-O2', '-shared', '-pthread', '-Wall', '-Wextra'],
    // Nothing but the entry points is visible, and no exception crosses the C interfaces of Node and Java.
    ...['-fvisibility=hidden', '-fno-exceptions', '-DNAPI_DISABLE_CPP_EXCEPTIONS', '-DNAPI_VERSION=8'],
    ...systemArgs(platform.os),
    ...(compiler.cxxLibrary ?? []),
    // As system headers: their warnings are not ours to mend.
    ...includeFolders(jdk).flatMap((folder) => ['-isystem', folder]),
    ...sourceFiles(platform.os),
    ...['-o', output],
  ]
  const { program, args: first = [], env } = compiler
  const ifMissing = 'install a C++ compiler (Debian: apt-get install g++), or set CXX to one'
  const functions = platform.os === 'win32' ? [writeNodeFunctions(dirname(output))] : []
  if (runProgram(program, [...first, ...args, ...functions], { env, ifMissing }) !== 0) {
    throw new SetupError(`${program} could not build the addon: its messages are above`)
  }
}

/** @returns {Compiler} */
function ownCompiler() {
  return {
    program: process.env.CXX || 'c++',
    cxxLibrary: process.platform === 'linux' ? ['-static-libstdc++', '-static-libgcc'] : [],
  }
}

/** @param {string} folder */
function writeNodeFunctions(folder) {
  const file = join(folder, 'node_functions.S')
  writeFileSync(file, nodeFunctions())
  return file
}

/** @param {import('./platforms.js').BuildPlatform['os']} os */
function sourceFiles(os) {
  const shared = readdirSync(join(projectRoot, SOURCES)).filter((file) => file.endsWith('.cc'))
  return [...shared, ...OF_SYSTEM[os].map((file) => `platform/${file}`)].map((file) => join(SOURCES, file))
}

/** @param {import('./platforms.js').BuildPlatform['os']} os */
function systemArgs(os) {
  switch (os) {
    case 'linux':
      return [
        '-fPIC',
        // What is not used of the C++ library is left out: it asks for newer functions of the C library.
        '-ldl',
        `-Wl,--version-script=${SOURCES}/platform/exports.map`,
        ...['-ffunction-sections', '-fdata-sections', '-Wl,--gc-sections', '-s'],
      ]
    case 'darwin':
      return ['-fPIC', '-Wl,-undefined,dynamic_lookup', '-Wl,-install_name,@rpath/realm.node', '-Wl,-s']
    case 'win32':
      return ['-DWIN32_LEAN_AND_MEAN', '-DNOMINMAX', '-s']
  }
}

/** @param {string} jdk */
function includeFolders(jdk) {
  if (!existsSync(join(jdk, 'include/jni.h'))) {
    throw new SetupError(`${jdk} has no include/jni.h, so it is only a part of a JDK: install all of JDK 25`)
  }
  const require = createRequire(import.meta.url)
  return [
    dirname(require.resolve('node-addon-api/package.json')),
    join(dirname(require.resolve('node-api-headers/package.json')), 'include'),
    // Before the JDK's, which has a jni_md.h for its own system alone.
    join(projectRoot, SOURCES, 'platform'),
    join(jdk, 'include'),
  ]
}
