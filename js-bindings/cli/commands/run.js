import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { Command } from 'commander'
import { javetProgram } from '../../lib/javet/javetProgram.js'
import { FetchDisplay } from '../terminal/FetchDisplay.js'

/** Signals that end or tell a program something, and are for the app. */
const FORWARDED = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2', 'SIGWINCH', 'SIGCONT'])

/** `realm run`: an app in a Node that runs inside Java. */
export function runCommand() {
  return new Command('run')
    .description(
      'run a Node app in Javet: Node inside Java, with the engine in the same process and no addon; the first run ' +
        'fetches Javet (43 MB)',
    )
    .argument('<app>', 'the script, as for node; options of Node may stand before it')
    .argument('[args...]', 'its arguments')
    .usage('[node options] <app> [args...]')
    .passThroughOptions()
    .allowUnknownOption()
    .action(run)
}

/**
 * @param {string} app
 * @param {string[]} args
 */
async function run(app, args) {
  const display = new FetchDisplay()
  let program
  try {
    program = await javetProgram({ onProgress: display.show })
  } finally {
    display.stop()
  }
  const child = spawn(program, [app, ...args], { stdio: 'inherit' })
  const forward = (/** @type {NodeJS.Signals} */ signal) => {
    // A terminal has sent it to the app, too.
    if (signal !== 'SIGINT' || !isAtTerminal()) child.kill(signal)
  }
  for (const signal of FORWARDED) process.on(signal, forward)
  const [code, signal] = await once(child, 'close')
  for (const forwarded of FORWARDED) process.off(forwarded, forward)
  if (signal !== null) {
    process.kill(process.pid, signal)
    // For a signal that does not end this process.
    process.exitCode = 128 + constants.signals[/** @type {NodeJS.Signals} */ (signal)]
  } else {
    process.exitCode = code
  }
}

function isAtTerminal() {
  return process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
}
