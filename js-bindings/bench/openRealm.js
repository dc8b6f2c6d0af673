/** @import { Engine, Job } from './Engine.js' */

/**
 * Loads the model with Realm.
 *
 * @param {Job} job
 * @returns {Promise<Engine>}
 */
export async function openRealm({ model: path, threads, contextLength, ids }) {
  // Loaded here: the import is part of a cold start.
  const { loadModel } = await import('../lib/index.js')
  const start = performance.now()
  const model = await loadModel(path, { threads, contextLength })
  const loadMs = performance.now() - start
  // A bias that no logit comes up to: always the same ordinary token, so no text ends early.
  const logitBias = { [ids[0]]: 100 }
  return {
    loadMs,
    async generate(prompt, count, onToken) {
      let pieces = 0
      for await (const piece of model.stream(prompt, { temperature: 0, maxTokens: count, logitBias })) {
        pieces++
        onToken(piece)
      }
      if (pieces !== count) throw new Error(`Realm gave ${pieces} pieces of text for ${count} tokens`)
    },
    describe,
    close: () => model.dispose(),
  }
}

async function describe() {
  const { engineInfo } = await import('../lib/engineInfo.js')
  const { version, java, reason } = await engineInfo()
  return `realm-ai ${version}, Java ${java}, ${reason}`
}
