import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../runProgram.js'
import { ZIG_VERSION } from '../zig.js'

/**
 * A part that others have made and that users get with Realm.
 *
 * @typedef {object} Part
 * @property {string} name
 * @property {string} version
 * @property {string} licence an SPDX expression
 * @property {string} where in which package it is
 * @property {string} purl its package URL
 * @property {string} [text] the text of its licence, where no package of its own brings it
 */

const read = (/** @type {string} */ file) => readFileSync(join(projectRoot, file), 'utf8')

/**
 * @typedef {object} LockedPackage
 * @property {string} version
 * @property {string} license
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 */

/** @returns {Record<string, LockedPackage>} what package-lock.json names, by its folders */
const lockedPackages = () => JSON.parse(read('package-lock.json')).packages

/**
 * The npm packages that npm installs beside realm-ai.
 *
 * @returns {Part[]}
 */
export function npmParts() {
  const locked = lockedPackages()
  return [...foldersOfUsers(locked)]
    .map((folder) => npmPart(folder, locked, 'a package of its own, installed by npm'))
    .sort(byName)
}

const byName = (/** @type {Part} */ a, /** @type {Part} */ b) => (a.name < b.name ? -1 : 1)

/**
 * @param {string} folder
 * @param {Record<string, LockedPackage>} locked
 * @param {string} where
 * @returns {Part}
 */
function npmPart(folder, locked, where) {
  const { version, license } = locked[folder]
  const name = folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length)
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
  return { name, version, licence: license, where, purl, text: licenceText(folder) }
}

/**
 * The folders of what comes with realm-ai: not what the lock file calls no development package because something that comes
 * with it could use it, such as TypeScript.
 *
 * @param {Record<string, LockedPackage>} locked
 */
function foldersOfUsers(locked) {
  /** @type {Set<string>} */
  const found = new Set()
  const follow = (/** @type {string} */ folder) => {
    const {
      dependencies,
      optionalDependencies,
      peerDependencies = {},
      peerDependenciesMeta = {},
    } = locked[folder]
    const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional)
    for (const name of [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]) {
      const place = placeOf(name, folder, locked)
      if (place === undefined || found.has(place)) continue
      found.add(place)
      follow(place)
    }
  }
  follow('')
  return found
}

/**
 * Where Node finds a package: in the nearest folder that has it.
 *
 * @param {string} name
 * @param {string} from the folder of the package that asks
 * @param {Record<string, LockedPackage>} locked
 * @returns {string | undefined} undefined where it is not locked, since this system needs none
 */
function placeOf(name, from, locked) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`
    if (place in locked) return place
    if (folder === '') return undefined
  }
}

/**
 * The text of a package's licence, as it brings it.
 *
 * @param {string} folder
 * @returns {string | undefined} undefined where it brings none
 */
function licenceText(folder) {
  const path = join(projectRoot, folder)
  if (!existsSync(path)) throw new Error(`${folder} is not installed: run npm ci`)
  const file = readdirSync(path).find((name) => /^licen[cs]e(\.|$)/i.test(name))
  return file === undefined ? undefined : readFileSync(join(path, file), 'utf8').trim()
}

/** What vite puts into the page, with all that these depend on. */
const OF_THE_PAGE = ['preact', '@preact/signals', 'marked', 'dompurify', 'eventsource-parser', 'idb-keyval']

/**
 * The npm packages whose code is in the server's page.
 *
 * @returns {Part[]}
 */
export function pageParts() {
  const locked = lockedPackages()
  const folders = new Set(OF_THE_PAGE.map((name) => `node_modules/${name}`))
  for (const folder of folders) {
    for (const name of Object.keys(locked[folder].dependencies ?? {})) {
      folders.add(/** @type {string} */ (placeOf(name, folder, locked)))
    }
  }
  return [...folders]
    .map((folder) => npmPart(folder, locked, '`js-bindings/build/page` of realm-ai'))
    .sort(byName)
}

/**
 * The libraries that are shaded into the engine's jar.
 *
 * @returns {Part[]}
 */
export function jarParts() {
  const properties = read('pom.xml')
  const dependencies = read('java-engine/pom.xml').matchAll(/<dependency>([\s\S]*?)<\/dependency>/g)
  return [...dependencies].flatMap(([, dependency]) => {
    const textOf = (/** @type {string} */ tag) => new RegExp(`<${tag}>(.*)</${tag}>`).exec(dependency)?.[1]
    if (textOf('scope') !== undefined) return []
    const [group, name, property] = [textOf('groupId'), textOf('artifactId'), textOf('version')]
    const key = String(property).slice('${'.length, -1)
    const version = String(new RegExp(`<${key}>(.*)</${key}>`).exec(properties)?.[1])
    return {
      name: `${group}:${name}`,
      version,
      // As the row in CONTRIBUTING says, which each dependency has; the SBOM has what the library itself says.
      licence: String(new RegExp(`\`${group}:${name}\` \\| (\\S+) \\|`).exec(read('CONTRIBUTING.md'))?.[1]),
      where: '`realm-engine.jar` of realm-ai',
      purl: `pkg:maven/${group}/${name}@${version}`,
    }
  })
}

/**
 * What is compiled into the addon and the kernels.
 *
 * @returns {Part[]}
 */
export function nativeParts() {
  const locked = lockedPackages()
  const headers = ['node-addon-api', 'node-api-headers'].map((name) => {
    const { version, license } = locked[`node_modules/${name}`]
    return { name, version, licence: license, where: 'the addon', purl: `pkg:npm/${name}@${version}` }
  })
  const llvm = ['libc++', 'libc++abi', 'libunwind'].map((name) => ({
    name,
    version: `of zig ${ZIG_VERSION}`,
    licence: 'Apache-2.0 WITH LLVM-exception',
    where: 'the addon',
    purl: `pkg:generic/${encodeURIComponent(name)}?vcs_url=https://github.com/llvm/llvm-project`,
  }))
  const ofZig = {
    purl: `pkg:pypi/ziglang@${ZIG_VERSION}`,
  }
  return [
    ...headers,
    ...llvm,
    { ...ofZig, name: 'zig', version: ZIG_VERSION, licence: 'MIT', where: 'the addon and the kernels' },
    {
      ...ofZig,
      name: 'mingw-w64',
      version: `of zig ${ZIG_VERSION}`,
      licence: 'ZPL-2.1',
      where: 'the addon and the kernels for Windows',
    },
  ]
}
