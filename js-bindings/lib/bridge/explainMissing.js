import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { packageFolder } from '../packageFolder.js'
import { nativePackage, packageName } from './nativeFiles.js'
import { platformName, platforms, thisSystem } from './platforms.js'

/** The lock files, and what who has one types to install. */
const INSTALLERS = [
  { lockFile: 'pnpm-lock.yaml', install: 'pnpm install', without: '--no-optional' },
  { lockFile: 'yarn.lock', install: 'yarn install', without: '--ignore-optional' },
  { lockFile: 'bun.lock', install: 'bun install', without: '--omit=optional' },
  { lockFile: 'package-lock.json', install: 'npm install', without: '--omit=optional' },
]

/** What keeps realm-ai out of a bundle. */
const EXTERNAL =
  "esbuild --external:realm-ai; webpack externals: { 'realm-ai': 'module realm-ai' }; rollup external: ['realm-ai']; " +
  "Vite ssr.external: ['realm-ai']; Next.js serverExternalPackages: ['realm-ai']; Bun --external realm-ai"

/** Folders of what bundlers have put together, with the files that they found to be needed. */
const TRACED = /[\\/](\.next|\.output|\.vercel|\.netlify|\.svelte-kit|\.amplify-hosting|var[\\/]task)[\\/]/

/**
 * Says why a package with the files for this system, or a file of it, is not here, as far as what is here tells, and what
 * to do. Where the same keeps both packages away, it says the same of both.
 *
 * @param {'addon' | 'runtime'} kind
 * @param {object} [options]
 * @param {string} [options.folder] the folder of realm-ai; default: where it is, if it is not in a bundle
 * @param {{ os: string, cpu: string, libc?: 'glibc' | 'musl' }} [options.system] default: the one of this process
 * @param {NodeJS.ProcessEnv} [options.env] the variables to look at; default: those of the process
 */
export function explainMissing(
  kind,
  { folder = packageFolder(), system = thisSystem(), env = process.env } = {},
) {
  const platform = platformName(system)
  if (folder === undefined) {
    return (
      'This code of realm-ai was put into a bundle, which cannot hold its Java and its native files, and no installed ' +
      `realm-ai is beside it. Keep realm-ai out of the bundle (${EXTERNAL}), and install it where the bundle runs.`
    )
  }
  if (isCheckout(folder)) {
    return kind === 'addon' ? `Run "npm run build" in ${folder}, which has the sources of realm-ai.` : ''
  }
  if (!platforms.some(({ name }) => name === platform)) {
    const known = platforms.map(({ name }) => name).join(', ')
    return `There are no packages of realm-ai for ${platform}; there are for ${known}.`
  }
  const names = /** @type {const} */ (['addon', 'runtime']).map((each) => packageName(each, platform))
  const wanted = Object.keys(
    JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).optionalDependencies ?? {},
  )
  if (!wanted.includes(packageName(kind, platform))) {
    return `This release of realm-ai has no package ${packageName(kind, platform)}.`
  }
  const [name] = names
  const project = projectOf(folder)
  const { lockFile, install, without } = installerOf(project, folder)
  const others = installedPlatforms(folder).filter((other) => other.name !== platform)
  const isHere = ['addon', 'runtime'].some(
    (each) => nativePackage(/** @type {'addon'} */ (each), { folder, platform }) !== undefined,
  )
  if (isHere || TRACED.test(folder + sep)) {
    return (
      `A bundler or a copy has left out files of ${names.join(' or ')}: it follows imports, and these files are found as the program ` +
      `runs. Have it take all of node_modules/@realm-ai along (Next.js: serverExternalPackages: ['realm-ai'] and ` +
      `outputFileTracingIncludes: { '/**': ['./node_modules/@realm-ai/**/*'] }), or run "${install}" where the ` +
      'program runs.'
    )
  }
  if (others.length > 0) return explainOther(others, { system, platform, install })
  const lock = lockFile === undefined ? undefined : join(project, lockFile)
  if (lock !== undefined && lacksPackage(lock, name)) {
    return (
      `${lock} does not name ${name}: it was written where only the packages of another system were installed. Delete ` +
      `${lockFile} and node_modules, and run "${install}" once: the lock file then names the packages of every system.`
    )
  }
  const told = omittedBy({ project, env })
  return (
    `The packages of this system, ${names.join(' and ')}, are optional dependencies, and ` +
    `${told ?? `were left out, as ${without} does (or a setting of the same meaning, in .npmrc or the environment)`}. ` +
    `Run "${install}" without that, in ${project}.${pnpmNote(folder)}`
  )
}

/**
 * What keeps several things away is to be said once: `explain` says nothing where it is asked, and `reasons` has it all.
 *
 * @returns {{ explain: typeof explainMissing, reasons: Set<string> }}
 */
export function explainTogether() {
  /** @type {Set<string>} */
  const reasons = new Set()
  return {
    reasons,
    explain(kind, options) {
      const why = explainMissing(kind, options)
      if (why !== '') reasons.add(why)
      return ''
    },
  }
}

/**
 * Whether a folder of realm-ai is that of its sources, where all can be built.
 *
 * @param {string} folder
 */
export function isCheckout(folder) {
  return existsSync(join(folder, 'js-bindings/scripts/build.js'))
}

/**
 * @param {import('./platforms.js').Platform[]} others what is installed instead
 * @param {{ system: { os: string, cpu: string, libc?: string }, platform: string, install: string }} here
 */
function explainOther(others, { system, platform, install }) {
  const names = others.map(({ name }) => packageName('addon', name)).join(', ')
  const sibling = others.find(({ os, cpu }) => os === system.os && cpu === system.cpu)
  const why =
    sibling === undefined
      ? `This Node runs on ${platform}, and installed is ${names}`
      : `This Node is linked with ${system.libc} (as on ${system.libc === 'musl' ? 'Alpine' : 'Debian'}), and ` +
        `${packageName('addon', sibling.name)} is for ${sibling.libc}`
  return (
    `${why}: node_modules was installed on another system, and copied here (as a Dockerfile's COPY does: name node_modules ` +
    `in .dockerignore), or is shared between systems. Run "${install}" on this system, in the same image that runs the ` +
    'program. For several systems in one folder: npm install --os=linux --cpu=x64 --libc=glibc, or supportedArchitectures ' +
    'in pnpm and Yarn.'
  )
}

/**
 * The systems whose packages are installed.
 *
 * @param {string} folder
 */
function installedPlatforms(folder) {
  return platforms.filter(({ name }) => nativePackage('addon', { folder, platform: name }) !== undefined)
}

/**
 * The folder of the project that realm-ai is installed in: that of the outermost node_modules.
 *
 * @param {string} folder
 */
function projectOf(folder) {
  const at = folder.indexOf(`${sep}node_modules${sep}`)
  return at === -1 ? dirname(folder) : folder.slice(0, at)
}

/**
 * Who has installed realm-ai, by the lock file.
 *
 * @param {string} project
 * @param {string} folder
 * @returns {{ lockFile?: string, install: string, without: string }}
 */
function installerOf(project, folder) {
  const files = entriesOf(project)
  const found = INSTALLERS.find(({ lockFile }) => files.includes(lockFile))
  if (found !== undefined) return found
  const isPnpm = folder.includes(`${sep}.pnpm${sep}`)
  const { install, without } = INSTALLERS[isPnpm ? 0 : INSTALLERS.length - 1]
  return { install, without }
}

/** @param {string} folder */
function pnpmNote(folder) {
  return folder.includes(`${sep}.pnpm${sep}`)
    ? ' With pnpm, supportedArchitectures in pnpm-workspace.yaml, if it is set, must name this system too ("current").'
    : ''
}

/**
 * Whether a lock file has no entry for a package: the list of optional dependencies alone is none.
 *
 * @param {string} lock
 * @param {string} name
 */
function lacksPackage(lock, name) {
  const text = readIfThere(lock)
  return text !== undefined && !text.includes(`${name}@`) && !text.includes(`${name}": {`)
}

/**
 * Which setting leaves optional dependencies out, if one that can be seen does.
 *
 * @param {{ project: string, env: NodeJS.ProcessEnv }} where
 */
function omittedBy({ project, env }) {
  if (/\boptional\b/.test(env.npm_config_omit ?? '')) return 'the variable npm_config_omit leaves those out'
  const settings = readIfThere(join(project, '.npmrc'))
  const line = settings?.match(/^\s*(omit(\[\])?\s*=.*\boptional\b.*|optional\s*=\s*false)\s*$/m)?.[1]
  return line === undefined ? undefined : `"${line}" in ${join(project, '.npmrc')} leaves those out`
}

/** @param {string} file */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // What cannot be read tells nothing: the explanation is the general one.
    return undefined
  }
}

/** @param {string} folder */
function entriesOf(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
