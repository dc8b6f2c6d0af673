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

/**
 * What a measuring process is told, as JSON in its first argument.
 *
 * @typedef {object} Job
 * @property {'realm' | 'peer'} side whose engine is measured
 * @property {string} model the path of the GGUF file
 * @property {number} threads threads that compute
 * @property {number} contextLength the most tokens of prompt and answer together
 * @property {number} [sequences] generations that may run at once; default 1
 * @property {number[]} ids the token ids of the longest prompt; shorter ones are their beginning
 * @property {import('./figures.js').Pass[]} passes the generations of a warm process
 * @property {string} peerFolder the folder that has node-llama-cpp in its node_modules
 */

/**
 * What a generation made, counted in tokens.
 *
 * @typedef {object} Generated
 * @property {number} first those whose text was handed out first
 * @property {number} all those whose text was handed out, the first ones among them
 */

/**
 * An engine with a loaded model, as the measurements see it: the same for both sides.
 *
 * @typedef {object} Engine
 * @property {number} loadMs from the first call of the imported library until a prompt could be taken
 * @property {(ids: number[], count: number, onText: (text: string) => boolean) => Promise<Generated>} generate takes in a
 *   prompt and makes `count` tokens, the most probable ones, past any end of the text; hands out their text as soon as it
 *   is there, and makes no more once `onText` has given false
 * @property {() => Promise<string>} describe tells its name, its version and what it computes with
 * @property {() => Promise<void>} close frees all
 */
