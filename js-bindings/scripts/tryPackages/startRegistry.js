import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../freePort.js'
import { SetupError } from '../runProgram.js'

/**
 * A registry on loopback that has the packages of a folder, and takes all others from the registry that npm is set to.
 *
 * @param {object} options
 * @param {string} options.tools the folder of `installTools`
 * @param {string} options.dist the folder of the tarballs
 * @param {string} options.folder where the registry keeps what it has
 * @returns {Promise<{ url: string, close(): Promise<void> }>}
 * @throws {SetupError} if it does not start, or does not take the packages
 */
export async function startRegistry({ tools, dist, folder }) {
  mkdirSync(folder, { recursive: true })
  const url = `http://127.0.0.1:${await freePort()}`
  const config = join(folder, 'config.yaml')
  const ours = { access: '$all', publish: '$all' }
  writeFileSync(
    config,
    JSON.stringify({
      storage: join(folder, 'storage'),
      auth: { htpasswd: { file: join(folder, 'htpasswd') } },
      uplinks: { upstream: { url: upstream(), timeout: '60s' } },
      packages: {
        'realm-ai': ours,
        '@realm-ai/*': ours,
        '**': { access: '$all', proxy: 'upstream' },
      },
      max_body_size: '200mb',
      log: { type: 'stdout', level: 'error' },
    }),
  )
  const program = join(tools, 'node_modules/verdaccio/bin/verdaccio')
  const server = spawn(process.execPath, [program, '--listen', url, '--config', config], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_NO_WARNINGS: '1' },
  })
  const ended = once(server, 'exit')
  const close = async () => {
    server.kill()
    await ended
  }
  try {
    await answers(url, server)
    publish({ url, tools, dist, folder })
    return { url, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The registry that npm is set to. */
function upstream() {
  const { stdout } = spawnSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' })
  return stdout.trim()
}

/**
 * @param {string} url
 * @param {import('node:child_process').ChildProcess} server
 */
async function answers(url, server) {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (server.exitCode !== null) throw new SetupError(`verdaccio ended with ${server.exitCode}`)
    const response = await fetch(`${url}/-/ping`).catch(() => undefined)
    if (response?.ok) return
    await sleep(200)
  }
  throw new SetupError(`verdaccio does not answer at ${url}`)
}

/** @param {{ url: string, tools: string, dist: string, folder: string }} options */
function publish({ url, tools, dist, folder }) {
  const settings = join(folder, 'npmrc')
  // It takes packages from anybody; npm wants a token nevertheless.
  writeFileSync(settings, `registry=${url}\n${url.replace('http:', '')}/:_authToken=anybody\n`)
  const npm = join(tools, 'node_modules/npm/bin/npm-cli.js')
  for (const file of readdirSync(dist).filter((name) => name.endsWith('.tgz'))) {
    const args = [
      npm,
      'publish',
      join(dist, file),
      '--registry',
      url,
      '--userconfig',
      settings,
      '--loglevel=error',
      '--ignore-scripts',
    ]
    const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' })
    if (status !== 0) throw new SetupError(`the registry did not take ${file}: ${stderr.trim()}`)
  }
}
