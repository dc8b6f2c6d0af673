import { existsSync, readdirSync, renameSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { buildIfChanged } from './buildIfChanged.js'
import { findJdk } from './findJdk.js'
import { projectRoot } from './projectRoot.js'
import { runProgram } from './runProgram.js'
import { SetupError } from './SetupError.js'

const OUTPUT = 'js-bindings/build/realm.node'
const SOURCES = 'js-bindings/addon'

/**
 * Builds the addon with the C++ compiler (`CXX`, default `c++`), if its sources have changed. The headers come from the
 * JDK and from npm packages: nothing is downloaded.
 *
 * @throws {SetupError} if it does not compile, or there is no compiler, no JDK 25 with its headers, or no such system
 */
export function buildAddon() {
  return buildIfChanged({
    output: OUTPUT,
    inputs: [SOURCES, 'js-bindings/scripts/buildAddon.js', 'package-lock.json'],
    build: compile,
  })
}

function compile() {
  const output = join(projectRoot, OUTPUT)
  const compiler = process.env.CXX || 'c++'
  const args = [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', '-pthread', '-Wall', '-Wextra'],
    // Nothing but the entry points is visible, and no exception crosses the C interfaces of Node and Java.
    ...['-fvisibility=hidden', '-fno-exceptions', '-DNAPI_DISABLE_CPP_EXCEPTIONS', '-DNAPI_VERSION=8'],
    ...systemArgs(),
    // As system headers: their warnings are not ours to mend.
    ...includeFolders().flatMap((folder) => ['-isystem', folder]),
    ...readdirSync(join(projectRoot, SOURCES))
      .filter((file) => file.endsWith('.cc'))
      .map((file) => join(SOURCES, file)),
    ...['-o', `${output}.new`],
  ]
  const ifMissing = 'install a C++ compiler (Debian: apt-get install g++), or set CXX to one'
  if (runProgram(compiler, args, { ifMissing }) !== 0) {
    throw new SetupError(`${compiler} could not build the addon: its messages are above`)
  }
  // Renamed into place: a running process keeps the file that it has loaded.
  renameSync(`${output}.new`, output)
}

function systemArgs() {
  switch (process.platform) {
    case 'linux':
      // The C++ library of the machine that runs it may be older than that of the one that builds it.
      return ['-static-libstdc++', '-static-libgcc', '-Wl,--exclude-libs,ALL', '-ldl']
    case 'darwin':
      return ['-undefined', 'dynamic_lookup']
    default:
      throw new SetupError(`the addon can be built on Linux and macOS, not on ${process.platform}`)
  }
}

function includeFolders() {
  const jdk = findJdk()
  if (!existsSync(join(jdk, 'include/jni.h'))) {
    throw new SetupError(`${jdk} has no include/jni.h, so it is only a part of a JDK: install all of JDK 25`)
  }
  const require = createRequire(import.meta.url)
  return [
    dirname(require.resolve('node-addon-api/package.json')),
    join(dirname(require.resolve('node-api-headers/package.json')), 'include'),
    join(jdk, 'include'),
    join(jdk, 'include', process.platform),
  ]
}
