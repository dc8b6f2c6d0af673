import { closeSync, openSync, readSync } from 'node:fs'
import { RealmError } from '../errors/RealmError.js'
import { packageFolder, requireFrom } from '../packageFolder.js'
import { explainMissing } from './explainMissing.js'
import { nativeFiles } from './nativeFiles.js'
import { glibcVersion, HEAD_BYTES, platformName, systemOf, thisSystem } from './platforms.js'

/**
 * Loads the addon for this system into this thread: the one that was built here, else that of the installed package
 * `@realm-ai/addon-<platform>`. A file that does not load here, since it is for another system, is passed over.
 *
 * @param {object} [options]
 * @param {string} [options.folder] the folder of realm-ai; default: where it is
 * @param {(file: string) => unknown} [options.load] default: as Node does
 * @param {typeof explainMissing} [options.explain] says why there is no package; default: as the program does
 * @returns {{ file: string, addon: import('./Bridge.js').Addon }} its path, and what it exports
 * @throws {RealmError} `ADDON_NOT_FOUND`, with the places that were searched and what was found there
 */
export function findAddon({ folder = packageFolder(), load = loadFile, explain = explainMissing } = {}) {
  /** @type {string[]} */
  const searched = []
  /** @type {string | undefined} */
  let advice
  /** @type {unknown} */
  let cause
  for (const { place, path, problem } of nativeFiles('addon', folder)) {
    if (path === undefined) {
      searched.push(`${place}: ${problem}`)
      continue
    }
    try {
      return { file: path, addon: /** @type {import('./Bridge.js').Addon} */ (load(path)) }
    } catch (error) {
      const refusal = /** @type {NodeJS.ErrnoException} */ (error)
      cause ??= error
      if (refusal.code === 'ERR_DLOPEN_DISABLED') throw disabled(path, error)
      const foreign = foreignSystemOf(path, refusal.message)
      const found = foreign === undefined ? 'does not load' : `is for ${foreign}`
      searched.push(`${place}: ${path} ${found} (${firstLine(refusal.message)})`)
      if (foreign === undefined) advice ??= adviceFor(refusal.message)
    }
  }
  const where = searched.length === 0 ? '' : ` Searched, in this order: ${searched.join('; ')}.`
  throw new RealmError(
    'ADDON_NOT_FOUND',
    `No addon for ${platformName()} was found that loads here.${where} ${advice ?? explain('addon', { folder })}`.trim(),
    { cause },
  )
}

/** @param {string} file */
function loadFile(file) {
  return requireFrom(file)(file)
}

/**
 * @param {string} file
 * @param {unknown} cause
 */
function disabled(file, cause) {
  const options = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)]
  const noAddons = options.includes('--no-addons')
  const permission = options.find((option) => /^--(experimental-)?permission$/.test(option))
  const advice = noAddons
    ? 'Start it without --no-addons.'
    : `Start it with --allow-addons beside ${permission ?? '--permission'}; --allow-fs-read has to cover ${file}, the ` +
      'Java runtime and the models, and guests in workers need --allow-worker.'
  return new RealmError(
    'ADDON_NOT_FOUND',
    `This Node loads no addons, so ${file} cannot be used: it was started with ` +
      `${noAddons ? '--no-addons' : `${permission ?? '--permission'}, without --allow-addons`}. ${advice}`,
    { cause },
  )
}

/**
 * What to do about a file for this system that the system refuses.
 *
 * @param {string} reason the system's
 */
function adviceFor(reason) {
  const version = /version [`']?(GLIBC_[\d.]+)/.exec(reason)?.[1]
  if (version !== undefined) {
    return `It was built for a newer system: it wants ${version}, this one has glibc ${glibcVersion()}. The packages of realm-ai want 2.28.`
  }
  if (/failed to map segment|Operation not permitted/.test(reason)) {
    return 'The file system that it lies on may allow no programs (mounted with noexec): install realm-ai on another one.'
  }
  return 'If the file is damaged, install realm-ai again; what else the system lacks is in its reason above.'
}

/** @param {string} text */
function firstLine(text) {
  return text.trim().split('\n')[0]
}

/** @param {string} file */
function headOf(file) {
  const head = Buffer.alloc(HEAD_BYTES)
  const descriptor = openSync(file, 'r')
  try {
    return head.subarray(0, readSync(descriptor, head, 0, head.length, 0))
  } finally {
    closeSync(descriptor)
  }
}

/**
 * Which other system a library is for; undefined if it is for this one, or is no library.
 *
 * @param {string} file
 * @param {string} reason why this system refused it
 */
function foreignSystemOf(file, reason) {
  const system = systemOf(headOf(file))
  const { os, cpu, libc } = thisSystem()
  if (system !== undefined && system !== `${os}-${cpu}`) return system
  const needed = /(libc\.musl|ld-musl|ld-linux)[-\w.]*(: cannot open|: No such file)/.test(reason)
  return needed ? platformName({ os, cpu, libc: libc === 'musl' ? 'glibc' : 'musl' }) : undefined
}
