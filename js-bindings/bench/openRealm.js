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
    async generate(prompt, count, onText) {
      const stream = model.stream(prompt, { temperature: 0, maxTokens: count, logitBias })
      let step = await stream.next()
      const first = String(step.value)
      while (!step.done) {
        onText(step.value)
        step = await stream.next()
      }
      const { text = '', tokens = [] } = step.value ?? {}
      if (tokens.length !== count) throw new Error(`Realm made ${tokens.length} tokens of ${count}`)
      // Where Node was busy, what came in the meantime is one piece. All tokens have the same text.
      return Math.round((first.length / text.length) * count)
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
