import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { thisPlatform } from '../../lib/bridge/platforms.js'
import { runProgram, SetupError } from '../runProgram.js'

/** @import { Jdk } from './findJdks.js' */

/**
 * What the engine needs of Java; of the last two, Javet the logging, and GraalVM's engines for guests what is unsupported.
 * jdeps names `java.sql` too, but only parts of Gson use it that the engine does not.
 */
const MODULES = [
  'java.base',
  'jdk.incubator.vector',
  'jdk.management',
  'java.management',
  'java.logging',
  'jdk.unsupported',
]

/** Keys of a JDK's file `release` that jlink leaves out, by which a Java runtime is known to be for this system. */
const KEPT = ['IMPLEMENTOR', 'IMPLEMENTOR_VERSION', 'OS_ARCH', 'OS_NAME', 'LIBC']

/** What nothing here uses: a tool for keys, and what some makers of JDKs leave for debuggers, of hundreds of megabytes. */
const UNUSED = /^bin[\\/]keytool(\.exe)?$|\.(debuginfo|diz|pdb|map)$|\.dSYM[\\/]/

/**
 * Links a Java runtime with the modules that Realm uses. Its classes are not compressed: npm compresses the package
 * better, and it starts quicker.
 *
 * @param {object} options
 * @param {string} options.folder where it is made; not there yet
 * @param {import('../platforms.js').BuildPlatform} options.platform what it is for
 * @param {Jdk} options.jdk that platform's
 * @param {Jdk} options.own this system's, whose jlink is run
 * @throws {SetupError} if jlink or the tool for symbols fails
 */
export function linkRuntime({ folder, platform, jdk, own }) {
  const linked = `${folder}.linked`
  rmSync(linked, { recursive: true, force: true })
  // A JDK without jmods can only link itself.
  const modules = join(jdk.home, 'jmods')
  const args = [
    ...(existsSync(modules) ? ['--module-path', modules] : []),
    ...['--add-modules', MODULES.join(',')],
    ...['--strip-java-debug-attributes', '--no-header-files', '--no-man-pages', '--compress', 'zip-0'],
    ...['--output', linked],
  ]
  const { status, stdout, stderr } = spawnSync(join(own.home, 'bin/jlink'), args, { encoding: 'utf8' })
  if (status !== 0) throw new SetupError(`jlink could not link ${jdk.home}: ${`${stdout}${stderr}`.trim()}`)
  for (const file of readdirSync(linked, { recursive: true, encoding: 'utf8' })) {
    if (UNUSED.test(file)) rmSync(join(linked, file), { recursive: true, force: true })
  }
  const release = join(linked, 'release')
  const kept = KEPT.filter((key) => jdk.release[key] !== undefined)
  writeFileSync(
    release,
    readFileSync(release, 'utf8') + kept.map((key) => `${key}="${jdk.release[key]}"\n`).join(''),
  )
  if (platform.os === 'linux') stripSymbols(join(linked, platform.libjvm), platform)
  // npm packs no symbolic links, which most licences are.
  cpSync(linked, folder, { recursive: true, dereference: true })
  rmSync(linked, { recursive: true })
}

/**
 * Whether a runtime can be linked from a JDK here.
 *
 * @param {Jdk} jdk
 * @param {Jdk} own this system's
 */
export function canLink(jdk, own) {
  return jdk.home === own.home || existsSync(join(jdk.home, 'jmods'))
}

/**
 * Takes out the symbols that only debuggers use, a sixth of the library.
 *
 * @param {string} library
 * @param {import('../platforms.js').BuildPlatform} platform
 */
function stripSymbols(library, platform) {
  // That of binutils knows one processor.
  const tools = platform.cpu === thisPlatform()?.cpu ? ['llvm-strip', 'strip'] : ['llvm-strip']
  const tool = tools.find((name) => spawnSync(name, ['--version']).status === 0)
  if (tool === undefined) {
    throw new SetupError(
      `${tools.join(' or ')} is not on the PATH: install it (Debian: apt-get install llvm)`,
    )
  }
  if (runProgram(tool, ['-s', '-o', `${library}.stripped`, library]) !== 0) {
    throw new SetupError(`${tool} could not take the symbols out of ${library}: its messages are above`)
  }
  renameSync(`${library}.stripped`, library)
}
