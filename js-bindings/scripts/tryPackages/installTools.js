import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { testCache } from '../pythonEnvironment.js'
import { SetupError } from '../runProgram.js'

/** The Nodes that packages are tried on, by what they are called here. */
export const NODES = { node20: '20.20.2', node22: '22.23.3', node24: '24.21.0' }

/** What packages are installed with and from. */
const MANIFEST = {
  private: true,
  dependencies: {
    npm: '11.21.2',
    pnpm: '10.34.9',
    yarn: '1.22.22',
    '@yarnpkg/cli-dist': '4.18.1',
    verdaccio: '6.8.0',
    ...Object.fromEntries(
      Object.entries(NODES).map(([name, version]) => [
        name,
        `npm:node-${process.platform}-${process.arch}@${version}`,
      ]),
    ),
  },
  // verdaccio names it by a tag, which mirrors of the registry need not have.
  overrides: { 'node-fetch': '2.7.0' },
}

/**
 * Installs package managers, a registry and Nodes into Realm's cache, the first time.
 *
 * @param {(line: string) => void} log is told of an installation
 * @returns {string} the folder that has them in its node_modules
 * @throws {SetupError} if npm cannot install them
 */
export function installTools(log) {
  const manifest = JSON.stringify(MANIFEST, null, 2)
  const folder = join(
    testCache,
    `packages-${createHash('sha256').update(manifest).digest('hex').slice(0, 16)}`,
  )
  if (existsSync(folder)) return folder
  log(`installing npm, pnpm, Yarn, verdaccio and ${Object.keys(NODES).length} Nodes into ${folder}`)
  mkdirSync(dirname(folder), { recursive: true })
  const partial = mkdtempSync(`${folder}.partial-`)
  try {
    writeFileSync(join(partial, 'package.json'), manifest)
    const args = [
      'install',
      '--prefix',
      partial,
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
    ]
    const { status, stderr } = spawnSync('npm', args, { cwd: partial, encoding: 'utf8' })
    if (status !== 0) {
      throw new SetupError(
        `npm could not install what packages are tried with: ${stderr.trim()}; the npm registry has to be reachable this once`,
      )
    }
    // Another user runs them.
    chmodSync(partial, 0o755)
    renameSync(partial, folder)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
  return folder
}
