/**
 * Shows a machine in one line.
 *
 * @param {import('./describeMachine.js').Machine} machine
 */
export function formatMachine({ cpu, flags, cores, memory }) {
  return `machine: ${cpu}; ${flags.join(', ') || 'none of the known flags'}; ${cores} cores, ${memory} MB`
}
