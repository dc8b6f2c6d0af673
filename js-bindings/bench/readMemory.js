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
