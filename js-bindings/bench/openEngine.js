/** @import { Engine, Job } from './Engine.js' */

/**
 * Loads the model with the engine of the job. The other side's code is not even read.
 *
 * @param {Job} job
 * @returns {Promise<Engine>}
 */
export async function openEngine(job) {
  if (job.side === 'realm') {
    const { openRealm } = await import('./openRealm.js')
    return openRealm(job)
  }
  const { openPeer } = await import('./openPeer.js')
  return openPeer(job)
}
