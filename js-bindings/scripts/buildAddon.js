import { existsSync, readdirSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { buildIfChanged } from './buildIfChanged.js'
import { findJdk } from './runMaven.js'
import { projectRoot, runProgram, SetupError } from './runProgram.js'

const SOURCES = 'js-bindings/addon'
const OUTPUT = 'js-bindings/build/realm.node'

/**
 * Builds the addon, if its sources have changed.
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
 * Compiles the addon with a C++ compiler. The headers come from the JDK and from npm packages: nothing is downloaded.
 *
 * @param {string} output the file to write
 * @param {object} [options]
 * @param {string} [options.compiler] a program; default: `CXX`, else `c++`
 * @param {string} [options.jdk] the folder of a JDK; default: the one that is found
 * @param {string} [options.platform] the system to compile for; default: this one
 * @throws {SetupError} if it does not compile, or there is no compiler, no JDK 25 with its headers, or no such system
 */
export function compileAddon(
  output,
  { compiler = process.env.CXX || 'c++', jdk = findJdk(), platform = process.platform } = {},
) {
  const args = [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', '-pthread', '-Wall', '-Wextra'],
    // Nothing but the entry points is visible, and no exception crosses the C interfaces of Node and Java.
    ...['-fvisibility=hidden', '-fno-exceptions', '-DNAPI_DISABLE_CPP_EXCEPTIONS', '-DNAPI_VERSION=8'],
    ...systemArgs(platform),
    // As system headers: their warnings are not ours to mend.
    ...includeFolders(jdk, platform).flatMap((folder) => ['-isystem', folder]),
    ...readdirSync(join(projectRoot, SOURCES))
      .filter((file) => file.endsWith('.cc'))
      .map((file) => join(SOURCES, file)),
    ...['-o', output],
  ]
  const ifMissing = 'install a C++ compiler (Debian: apt-get install g++), or set CXX to one'
  if (runProgram(compiler, args, { ifMissing }) !== 0) {
    throw new SetupError(`${compiler} could not build the addon: its messages are above`)
  }
}

/** @param {string} platform */
function systemArgs(platform) {
  switch (platform) {
    case 'linux':
      // The C++ library of the machine that runs it may be older than that of the one that builds it.
      return ['-static-libstdc++', '-static-libgcc', '-Wl,--exclude-libs,ALL', '-ldl']
    case 'darwin':
      return ['-undefined', 'dynamic_lookup']
    default:
      throw new SetupError(`the addon can be built on Linux and macOS, not on ${platform}`)
  }
}

/**
 * @param {string} jdk
 * @param {string} platform
 */
function includeFolders(jdk, platform) {
  if (!existsSync(join(jdk, 'include/jni.h'))) {
    throw new SetupError(`${jdk} has no include/jni.h, so it is only a part of a JDK: install all of JDK 25`)
  }
  const require = createRequire(import.meta.url)
  return [
    dirname(require.resolve('node-addon-api/package.json')),
    join(dirname(require.resolve('node-api-headers/package.json')), 'include'),
    join(jdk, 'include'),
    join(jdk, 'include', platform),
  ]
}
