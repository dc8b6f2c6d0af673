import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdtempSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../js-bindings/scripts/freePort.js'

/** The folder in which the packages are installed, realm-ai among them; npm run test:apps makes it. */
export const installed = String(process.env.REALM_TEST_APPS)

/** The path of a program that a package brings along. */
export const bin = (/** @type {string} */ name) => join(installed, 'node_modules/.bin', name)

/** @returns {string} a new folder, in that of the packages, with the apps of `fixture` */
export function newProject() {
  const folder = mkdtempSync(join(installed, 'app-'))
  cpSync(fileURLToPath(new URL('fixture', import.meta.url)), folder, { recursive: true })
  return folder
}

/**
 * Runs a program to its end.
 *
 * @param {string} cwd
 * @param {string[]} command
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env] added to that of this process
 * @param {number} [options.code] how it is to end
 * @returns {string} what it printed
 */
export function run(cwd, [program, ...args], { env = {}, code = 0 } = {}) {
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', ...env },
    encoding: 'utf8',
    timeout: 240_000,
  })
  assert.deepEqual([error, status, signal], [undefined, code, null], `${stdout}${stderr}`)
  return `${stdout}${stderr}`
}

/**
 * Starts a server, asks it for the capital of France, and ends it.
 *
 * @param {string} cwd
 * @param {(port: string) => string[]} command
 * @param {string} path
 * @param {RequestInit} [init] of the request
 * @returns {Promise<string>} its answer
 */
export async function askServer(cwd, command, path, init) {
  const server = await startServer(cwd, command)
  try {
    const address = `${server.url}${path}?question=${encodeURIComponent('What is the capital of France?')}`
    return await (await fetch(address, init)).text()
  } finally {
    await server.stop()
  }
}

/**
 * Starts a server, and waits until it takes connections.
 *
 * @param {string} cwd
 * @param {(port: string) => string[]} command
 * @returns {Promise<{ url: string, stop: () => Promise<void> }>}
 */
export async function startServer(cwd, command) {
  const port = await freePort()
  const [program, ...args] = command(String(port))
  const server = spawn(program, args, {
    cwd,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (piece) => {
      output += piece
    })
  }
  const ended = new Promise((resolve) => server.once('exit', resolve))
  const stop = async () => {
    server.kill('SIGTERM')
    await ended
  }
  try {
    await Promise.race([listens(port), ended.then((code) => assert.fail(`it ended with ${code}: ${output}`))])
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `http://127.0.0.1:${port}`, stop }
}

/** Waits until a port of loopback takes connections. @param {number} port */
async function listens(port) {
  for (const end = Date.now() + 60_000; ; ) {
    const socket = connect(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 200))
    } finally {
      socket.destroy()
    }
  }
}
