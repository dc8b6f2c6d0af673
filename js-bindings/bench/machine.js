import { readFileSync } from 'node:fs'
import { availableParallelism, totalmem } from 'node:os'

/**
 * The machine that this process runs on.
 *
 * @returns {import('./machine.js').Machine}
 */
export function readMachine() {
  return describeMachine(readFileSync('/proc/cpuinfo', 'utf8'), {
    cores: availableParallelism(),
    bytes: totalmem(),
  })
}

/** What of a CPU decides which kernels run on it: parts of the names among the flags of /proc/cpuinfo. */
const FLAGS = ['avx2', 'avx512', 'vnni', 'bf16', 'amx']

/**
 * The machine that was measured on.
 *
 * @typedef {object} Machine
 * @property {string} cpu its model
 * @property {string[]} flags those of avx2, avx512, vnni, bf16 and amx that it has in any form
 * @property {number} cores that this process may use
 * @property {number} memory in MB (10^6 bytes)
 */

/**
 * Describes the machine.
 *
 * @param {string} cpuinfo what Linux shows as `/proc/cpuinfo`
 * @param {{ cores: number, bytes: number }} size the cores and the memory that there are
 * @returns {Machine}
 */
export function describeMachine(cpuinfo, { cores, bytes }) {
  const value = (/** @type {string} */ name) =>
    new RegExp(`^${name}\\s*:\\s*(.*)$`, 'm').exec(cpuinfo)?.[1] ?? ''
  // ARM's file calls them Features, and names no model.
  const flags = (value('flags') || value('Features')).split(/\s+/)
  return {
    cpu: value('model name') || 'a CPU without a name in /proc/cpuinfo',
    flags: FLAGS.filter((name) => flags.some((flag) => flag.includes(name))),
    cores,
    memory: Math.round(bytes / 1e6),
  }
}

/**
 * Shows a machine in one line.
 *
 * @param {import('./machine.js').Machine} machine
 */
export function formatMachine({ cpu, flags, cores, memory }) {
  return `machine: ${cpu}; ${flags.join(', ') || 'none of the known flags'}; ${cores} cores, ${memory} MB`
}

/**
 * Reads how much memory a process holds.
 *
 * @param {string} status what Linux shows as `/proc/PID/status`
 * @returns {{ resident: number, peak: number }} now, and at most since its start, in MB (10^6 bytes)
 * @throws {Error} if the lines are not there
 */
export function readMemory(status) {
  return { resident: megabytes('VmRSS'), peak: megabytes('VmHWM') }

  /** @param {string} name */
  function megabytes(name) {
    const match = new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)
    if (match === null)
      throw new Error(`/proc/self/status has no ${name}; expected a line such as "${name}: 123 kB"`)
    return (Number(match[1]) * 1024) / 1e6
  }
}
