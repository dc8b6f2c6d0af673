import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const REALM = fileURLToPath(new URL('../../js-bindings/cli/realm.js', import.meta.url))
/** Milliseconds after which a process that hangs is killed. */
const LONGEST = 180_000

/**
 * Starts a program of this folder's fixtures.
 *
 * @param {'node' | 'javet'} runtime in the usual Node, or by `realm run`
 * @param {string[]} args options of Node, the fixture's name, its arguments; `-e` and code
 * @param {NodeJS.ProcessEnv} [env] variables that are added
 */
export function startApp(runtime, args, env = {}) {
  const paths = args.map((arg) => (/\.[cm]js$/.test(arg) ? fixture(arg) : arg))
  const before = runtime === 'node' ? [] : [REALM, 'run']
  const child = spawn(process.execPath, [...before, ...paths], {
    env: { ...process.env, ...env },
    timeout: LONGEST,
    killSignal: 'SIGKILL',
  })
  const printed = { stdout: '', stderr: '' }
  for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
    child[name].setEncoding('utf8').on('data', (text) => {
      printed[name] += text
    })
  }
  const end = once(child, 'close').then(([code, signal]) => ({ ...printed, code, signal }))
  return { child, end }
}

/** @param {string} name */
function fixture(name) {
  return fileURLToPath(new URL(`fixture/${name}`, import.meta.url))
}
