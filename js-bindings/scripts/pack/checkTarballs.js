import { spawnSync } from 'node:child_process'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageName } from '../../lib/bridge/nativeFiles.js'
import { systemOf } from '../../lib/bridge/platforms.js'
import { platforms } from '../platforms.js'
import { projectRoot, SetupError } from '../runProgram.js'
import { contentsOf } from './contents.js'
import { newestGlibc } from './glibc.js'

/** What npm may have to fetch for one system in all, in bytes. */
const BUDGETS = new Map([['linux-x64', 24e6]])

/** The newest version of glibc that a file may ask for, as numbers. */
const GLIBC = [2, 28]

/**
 * A tarball that npm has packed.
 *
 * @typedef {object} Tarball
 * @property {any} manifest its package.json
 * @property {string} folder where it is unpacked
 * @property {string[]} files in it, relative to that
 * @property {number} packed its bytes
 * @property {number} unpacked its files' bytes
 */

/**
 * Checks that tarballs hold what they should and nothing else: the files of each kind, for the right system, asking for no
 * newer glibc than 2.28, without a path of this machine; that they belong together; and what they weigh.
 *
 * @param {string} dist the folder of the tarballs
 * @param {object} [options]
 * @param {string[]} [options.paths] of this machine, which no file may hold; default: the project, the home, its cache
 * @returns {Promise<{ report: string[], problems: string[] }>} a line a tarball, and what is wrong
 * @throws {SetupError} if there are no tarballs
 */
export async function checkTarballs(dist, { paths = [projectRoot, `${homedir()}/`] } = {}) {
  const unpacked = mkdtempSync(join(tmpdir(), 'realm-check-'))
  try {
    const tarballs = readdirSync(dist)
      .filter((file) => file.endsWith('.tgz'))
      .map((file) => unpack(join(dist, file), join(unpacked, file)))
    if (tarballs.length === 0) throw new SetupError(`${dist} has no tarballs: npm run pack makes them`)
    return {
      report: [...tarballs.map(describe), ...describeSums(tarballs)],
      problems: [...tarballs.flatMap((tarball) => problemsOf(tarball, paths)), ...problemsOfAll(tarballs)],
    }
  } finally {
    rmSync(unpacked, { recursive: true })
  }
}

/**
 * @param {string} file
 * @param {string} into
 * @returns {Tarball}
 */
function unpack(file, into) {
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', 'mkdir -p "$2" && tar -xzf "$1" -C "$2"', 'sh', file, into],
    {
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new SetupError(`${file} cannot be unpacked: ${stderr.trim()}`)
  const folder = join(into, 'package')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !lstatSync(join(folder, name)).isDirectory())
    .sort()
  const sizes = files.map((name) => lstatSync(join(folder, name)).size)
  return {
    manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')),
    folder,
    files,
    packed: statSync(file).size,
    unpacked: sizes.reduce((sum, size) => sum + size, 0),
  }
}

/**
 * @param {Tarball} tarball
 * @param {string[]} paths
 */
function problemsOf({ manifest, folder, files }, paths) {
  const contents = contentsOf(manifest.name)
  if (contents === undefined) return [`${manifest.name}: no such package is made here`]
  const { platform, required, allowed } = contents
  /** @type {string[]} */
  const problems = []
  for (const file of required.filter((name) => !files.includes(name))) problems.push(`${file} is missing`)
  for (const file of files.filter((name) => !allowed.some((pattern) => pattern.test(name)))) {
    problems.push(`${file} does not belong into it`)
  }
  const { os, cpu, libc } = manifest
  const told = JSON.stringify({ os, cpu, libc })
  const expected = JSON.stringify({
    os: platform && [platform.os],
    cpu: platform && [platform.cpu],
    libc: platform?.libc && [platform.libc],
  })
  if (told !== expected) problems.push(`package.json says ${told} of its system; expected ${expected}`)
  for (const key of ['repository', 'homepage', 'bugs', 'license', 'engines']) {
    if (manifest[key] === undefined) problems.push(`package.json has no "${key}"`)
  }
  for (const file of files) {
    const bytes = readFileSync(join(folder, file))
    for (const path of paths.filter((part) => bytes.includes(part))) {
      problems.push(`${file} holds ${path}, which is a path of this machine`)
    }
    problems.push(...problemsOfLibrary(bytes, platform).map((problem) => `${file} ${problem}`))
  }
  return problems.map((problem) => `${manifest.name}: ${problem}`)
}

/**
 * @param {Buffer} bytes of any file
 * @param {import('../platforms.js').BuildPlatform | undefined} platform that it is to be for
 */
function problemsOfLibrary(bytes, platform) {
  const system = systemOf(bytes)
  if (system === undefined) return []
  if (platform === undefined) return [`is for ${system}, and this package for every system`]
  if (system !== `${platform.os}-${platform.cpu}`) return [`is for ${system}`]
  const glibc = newestGlibc(bytes)
  if (platform.libc === 'musl' && glibc !== undefined)
    return [`asks for glibc ${glibc.join('.')}, not for musl`]
  const isNewer = glibc !== undefined && (glibc[0] - GLIBC[0] || glibc[1] - GLIBC[1]) > 0
  return isNewer ? [`asks for glibc ${glibc.join('.')}; ${GLIBC.join('.')} is the newest that it may`] : []
}

/** @param {Tarball[]} tarballs */
function problemsOfAll(tarballs) {
  const main = tarballs.find(({ manifest }) => manifest.name === 'realm-ai')
  if (main === undefined) return ['there is no realm-ai']
  const { version, optionalDependencies } = main.manifest
  const others = Object.fromEntries(
    tarballs.filter((tarball) => tarball !== main).map(({ manifest }) => [manifest.name, manifest.version]),
  )
  /** @type {string[]} */
  const problems = []
  const sorted = (/** @type {object} */ entries) => JSON.stringify(Object.entries(entries).sort())
  if (sorted(others) !== sorted(optionalDependencies ?? {})) {
    problems.push(
      `realm-ai ${version} depends on ${sorted(optionalDependencies ?? {})}; there are ${sorted(others)}`,
    )
  }
  for (const [name, other] of Object.entries(others)) {
    if (other !== version) problems.push(`${name} is of version ${other}, realm-ai of ${version}`)
  }
  for (const { name, packed, runtime } of sums(tarballs)) {
    const most = BUDGETS.get(name)
    if (most !== undefined && runtime && packed > most) {
      problems.push(`for ${name} npm fetches ${megabytes(packed)} in all; ${megabytes(most)} is the most`)
    }
  }
  return problems
}

/**
 * What npm fetches for each system.
 *
 * @param {Tarball[]} tarballs
 */
function sums(tarballs) {
  const sizeOf = (/** @type {string} */ name) =>
    tarballs.find(({ manifest }) => manifest.name === name)?.packed
  return platforms.flatMap(({ name }) => {
    const addon = sizeOf(packageName('addon', name))
    const runtime = sizeOf(packageName('runtime', name))
    if (addon === undefined) return []
    return [
      { name, packed: (sizeOf('realm-ai') ?? 0) + addon + (runtime ?? 0), runtime: runtime !== undefined },
    ]
  })
}

/** @param {Tarball[]} tarballs */
function describeSums(tarballs) {
  return sums(tarballs).map(
    ({ name, packed, runtime }) =>
      `in all for ${name}: ${megabytes(packed)} packed${runtime ? '' : ', without a Java runtime'}`,
  )
}

/** @param {Tarball} tarball */
function describe({ manifest, files, packed, unpacked }) {
  return `${manifest.name}: ${megabytes(packed)} packed, ${megabytes(unpacked)} unpacked, ${files.length} files`
}

/** @param {number} bytes */
function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(2)} MB`
}
