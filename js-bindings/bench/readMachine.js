import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'
import { describeMachine } from './describeMachine.js'

/**
 * The machine that this process runs on.
 *
 * @returns {import('./describeMachine.js').Machine}
 */
export function readMachine() {
  return describeMachine(readFileSync('/proc/cpuinfo', 'utf8'), {
    cores: availableParallelism(),
    bytes: totalmem(),
  })
}
