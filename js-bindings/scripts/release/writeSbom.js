import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { packageName } from '../../lib/bridge/nativeFiles.js'
import { installDependencies } from '../installDependencies.js'
import { platforms } from '../platforms.js'
import { runMaven } from '../runMaven.js'
import { projectRoot, runScript, SetupError } from '../runProgram.js'
import { billOfMaterials } from './billOfMaterials.js'

// npm run sbom -- [--into DIR]: writes the bill of materials of a release, realm-ai.cdx.json, into dist. Of the Java runtimes it has
// those that npm run pack has put there.

const NPM_PROGRAM = '@cyclonedx/cyclonedx-npm@6.0.1'
const MAVEN_PLUGIN = 'org.cyclonedx:cyclonedx-maven-plugin:2.9.3'

await runScript(async () => {
  const { values } = parseArgs({ options: { into: { type: 'string', default: join(projectRoot, 'dist') } } })
  installDependencies()
  const kinds = /** @type {const} */ (['addon', 'runtime'])
  const packages = platforms.flatMap((platform) =>
    kinds.map((kind) => ({ name: packageName(kind, platform.name), platform: platform.name, kind })),
  )
  const packed = packages.flatMap(({ name, platform, kind }) => {
    const file = join(values.into, 'packages', `runtime-${platform}`, 'java/release')
    return kind === 'runtime' && existsSync(file) ? [{ package: name, release: readRelease(file) }] : []
  })
  const bom = billOfMaterials({ npm: ofNpm(), maven: ofMaven(), packages, runtimes: packed })
  mkdirSync(values.into, { recursive: true })
  const file = join(values.into, 'realm-ai.cdx.json')
  writeFileSync(file, `${JSON.stringify(bom, null, 2)}\n`)
  console.log(`${file}: ${packed.length} Java runtimes of those in ${values.into}`)
})

/** Not of `npm sbom`: it leaves out packages that are used for building, too. */
function ofNpm() {
  const options = ['--omit', 'dev', '--package-lock-only', '--output-reproducible', '--spec-version', '1.6']
  const args = ['--yes', '--package', NPM_PROGRAM, 'cyclonedx-npm', ...options]
  const { status, stdout, stderr } = spawnSync('npx', args, {
    cwd: projectRoot,
    env: { ...process.env, npm_config_ignore_scripts: 'true' },
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (status !== 0) throw new SetupError(`cyclonedx-npm failed: ${stderr.trim()}`)
  return JSON.parse(stdout)
}

function ofMaven() {
  const folder = mkdtempSync(join(tmpdir(), 'realm-sbom-'))
  try {
    const options = {
      outputFormat: 'json',
      outputDirectory: folder,
      includeProvidedScope: false,
      includeTestScope: false,
    }
    const args = Object.entries(options).map(([name, value]) => `-D${name}=${value}`)
    if (runMaven([`${MAVEN_PLUGIN}:makeBom`, '--projects', 'java-engine', ...args]) !== 0) {
      throw new SetupError('Maven could not list the libraries of the engine: its messages are above')
    }
    return JSON.parse(readFileSync(join(folder, 'bom.json'), 'utf8'))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/**
 * @param {string} file
 * @returns {Record<string, string>}
 */
function readRelease(file) {
  return Object.fromEntries(
    [...readFileSync(file, 'utf8').matchAll(/^(\w+)="(.*)"\r?$/gm)].map(([, key, value]) => [key, value]),
  )
}
