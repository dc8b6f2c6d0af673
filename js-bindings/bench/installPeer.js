import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { cacheDirectory } from '../lib/source/cacheFolders.js'
import { SetupError } from '../scripts/runProgram.js'
import { peerVersion } from './openPeer.js'

/**
 * Finds node-llama-cpp, which is no dependency of the project: in the folder that REALM_BENCH_PEER names, else in Realm's
 * cache, where npm installs it the first time.
 *
 * @param {(line: string) => void} log is told of an installation
 * @returns {string} the folder that has it in its node_modules
 * @throws {SetupError} if it is not where REALM_BENCH_PEER says, or cannot be installed
 */
export function installPeer(log) {
  const named = process.env.REALM_BENCH_PEER
  if (named) {
    mustHold(resolve(named))
    return resolve(named)
  }
  const folder = join(dirname(cacheDirectory()), 'bench', `node-llama-cpp-${peerVersion}`)
  if (!existsSync(folder)) install(folder, log)
  return folder
}

/** @param {string} folder */
function mustHold(folder) {
  const manifest = join(folder, 'node_modules/node-llama-cpp/package.json')
  const version = existsSync(manifest) ? JSON.parse(readFileSync(manifest, 'utf8')).version : undefined
  if (version !== peerVersion) {
    throw new SetupError(
      `REALM_BENCH_PEER is ${folder}, which holds ${version === undefined ? 'no node-llama-cpp' : `node-llama-cpp ${version}`}; ` +
        `expected ${peerVersion} in its node_modules. Unset it to have that installed into Realm's cache.`,
    )
  }
}

/**
 * Installs beside the folder and renames at the end, so that the folder is whole or not there.
 *
 * @param {string} folder
 * @param {(line: string) => void} log
 */
function install(folder, log) {
  log(`installing node-llama-cpp ${peerVersion}, which Realm is compared with, into ${folder}`)
  mkdirSync(dirname(folder), { recursive: true })
  const partial = mkdtempSync(`${folder}.partial-`)
  writeFileSync(join(partial, 'package.json'), '{ "private": true }\n')
  const packages = ['node-llama-cpp', `@node-llama-cpp/linux-${process.arch}`].map(
    (name) => `${name}@${peerVersion}`,
  )
  // The optional packages are builds for other platforms and for GPUs; no script is needed for prebuilt binaries.
  const args = [
    'install',
    '--prefix',
    partial,
    '--omit=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    // Said here, for npm run --silent hands its silence on.
    '--loglevel=error',
  ]
  try {
    // npm's lines go to stderr: stdout is for the figures.
    const { status, error } = spawnSync('npm', [...args, ...packages], { stdio: ['ignore', 2, 2] })
    if (status !== 0) {
      const reason = error === undefined ? 'its messages are above' : error.message
      throw new SetupError(
        `npm could not install node-llama-cpp (${reason}); the npm registry has to be reachable this once`,
      )
    }
    renameSync(partial, folder)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}
