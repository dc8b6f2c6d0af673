import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync } from 'node:fs'
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
  const port = String(await freePort())
  const [program, ...args] = command(port)
  const server = spawn(program, args, {
    cwd,
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [server.stdout, server.stderr]) {
    stream.on('data', (piece) => {
      output += piece
    })
  }
  const ended = new Promise((resolve) => server.once('exit', resolve))
  try {
    const address = `http://127.0.0.1:${port}${path}?question=${encodeURIComponent('What is the capital of France?')}`
    const response = await Promise.race([
      fetchWhenUp(address, init),
      ended.then((code) => assert.fail(`it ended with ${code}: ${output}`)),
    ])
    return await response.text()
  } finally {
    server.kill('SIGTERM')
    await ended
  }
}

/** @param {string} address @param {RequestInit} [init] */
async function fetchWhenUp(address, init) {
  for (const end = Date.now() + 60_000; ; ) {
    try {
      return await fetch(address, init)
    } catch (error) {
      if (Date.now() > end) throw error
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}
