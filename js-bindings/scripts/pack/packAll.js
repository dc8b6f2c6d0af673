import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageName } from '../../lib/bridge/nativeFiles.js'
import { findPlatform } from '../platforms.js'
import { projectRoot, SetupError } from '../runProgram.js'
import { buildNative } from './buildNative.js'
import { licenceTexts } from './licenceTexts.js'
import { canLink, linkRuntime } from './linkRuntime.js'
import { mainManifest, platformManifest, platformReadme, publishedReadme } from './manifests.js'

/** @import { BuildPlatform } from '../platforms.js' */
/** @import { Jdk } from './findJdks.js' */

/**
 * Makes every package, as a folder in `packages` and as a tarball.
 *
 * @param {object} options
 * @param {string} options.into the folder that they are made in; what is in it is deleted
 * @param {readonly BuildPlatform[]} options.platforms the systems to make packages for
 * @param {Map<string, Jdk>} options.jdks what runtimes are linked from, by the name of the system
 * @param {(line: string) => void} options.log is told what is made, and what is left out
 * @throws {SetupError} if something cannot be built
 */
export async function packAll({ into, platforms, jdks, log }) {
  rmSync(into, { recursive: true, force: true })
  const folderOf = (/** @type {string} */ name) => join(into, 'packages', name.replace('@realm-ai/', ''))
  const root = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8'))
  const own = /** @type {Jdk} */ (jdks.get(findPlatform().name))
  /** @type {string[]} */
  const made = []
  for (const platform of platforms) {
    const addon = packageName('addon', platform.name)
    log(`${addon}: building`)
    writePlatform(folderOf(addon), 'addon', platform, root)
    buildNative(folderOf(addon), platform)
    made.push(addon)
    const runtime = packageName('runtime', platform.name)
    const jdk = jdks.get(platform.name)
    if (jdk === undefined) {
      log(`${runtime}: left out, since no JDK 25 for ${platform.name} was given (--jdk DIR)`)
    } else if (!canLink(jdk, own)) {
      log(`${runtime}: left out, since ${jdk.home} has no jmods: only on ${platform.name} can it be linked`)
    } else {
      log(`${runtime}: linking ${jdk.release.IMPLEMENTOR} ${jdk.release.JAVA_VERSION}`)
      writePlatform(folderOf(runtime), 'runtime', platform, root)
      linkRuntime({ folder: join(folderOf(runtime), 'java'), platform, jdk, own })
      made.push(runtime)
    }
  }
  writeMain(folderOf(root.name), root, made)
  for (const name of [root.name, ...made]) packTarball(folderOf(name), into)
}

/**
 * @param {string} folder
 * @param {'addon' | 'runtime'} kind
 * @param {BuildPlatform} platform
 * @param {import('./manifests.js').RootManifest} root
 */
function writePlatform(folder, kind, platform, root) {
  mkdirSync(folder, { recursive: true })
  writeJson(join(folder, 'package.json'), platformManifest(root, kind, platform))
  writeFileSync(join(folder, 'README.md'), platformReadme(kind, platform, root))
  if (kind === 'runtime') return
  copy('LICENSE', folder)
  for (const [name, file] of Object.entries(licenceTexts(platform))) {
    cpSync(file, join(folder, 'licenses', `${name}.txt`))
  }
}

/**
 * @param {string} folder
 * @param {any} root
 * @param {string[]} made
 */
function writeMain(folder, root, made) {
  for (const file of ['LICENSE', ...root.files]) copy(file, folder)
  // Notes of the build.
  rmSync(join(folder, 'js-bindings/build/types.inputs'), { force: true })
  const readme = readFileSync(join(projectRoot, 'README.md'), 'utf8')
  writeFileSync(join(folder, 'README.md'), publishedReadme(readme, root))
  writeJson(join(folder, 'package.json'), mainManifest(root, made))
}

/**
 * @param {string} file relative to the project's folder
 * @param {string} folder
 */
function copy(file, folder) {
  const from = join(projectRoot, file)
  if (!existsSync(from)) throw new SetupError(`${file} is not there, and belongs into the package`)
  cpSync(from, join(folder, file), { recursive: true })
}

/**
 * @param {string} folder
 * @param {string} into
 */
function packTarball(folder, into) {
  const args = ['pack', '--ignore-scripts', '--loglevel=error', '--pack-destination', into]
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new SetupError(`npm pack failed in ${folder}: ${`${stdout}${stderr}`.trim()}`)
}

/**
 * @param {string} file
 * @param {object} content
 */
function writeJson(file, content) {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`)
}
