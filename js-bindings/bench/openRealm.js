/** @import { GenerateResult } from '../lib/types.d.ts' */
/** @import { Engine, Job } from './openEngine.js' */

/**
 * Loads the model with Realm.
 *
 * @param {Job} job
 * @returns {Promise<Engine>}
 */
export async function openRealm({ model: path, threads, contextLength, ids }) {
  // Loaded here: the import is part of a cold start.
  const { AbortError, loadModel } = await import('../lib/index.js')
  const start = performance.now()
  const model = await loadModel(path, { threads, contextLength })
  const loadMs = performance.now() - start
  // A bias that no logit comes up to: always the same ordinary token, so no text ends early, or within a character.
  const whole = ids.find((id) => /^[^\uFFFD]+$/.test(model.detokenize([id])))
  if (whole === undefined) throw new Error('no token of the prompt is a whole text')
  const logitBias = { [whole]: 100 }
  return {
    loadMs,
    async generate(prompt, count, onText) {
      const stopping = new AbortController()
      const { signal } = stopping
      const stream = model.stream(prompt, {
        temperature: 0,
        maxTokens: count,
        logitBias,
        // Always the same token would be guessed.
        speculation: false,
        // Each measures a whole prompt, also the same one again.
        cache: 'none',
        signal,
      })
      /** @type {number[]} the lengths of the texts */
      const lengths = []
      try {
        let step = await stream.next()
        while (!step.done) {
          if (!signal.aborted) {
            lengths.push(step.value.length)
            if (!onText(step.value)) stopping.abort()
          }
          step = await stream.next()
        }
        return countTokens(lengths, step.value, count)
      } catch (error) {
        if (!(error instanceof AbortError)) throw error
        return countTokens(lengths, error.result)
      }
    },
    describe: describeRealm,
    close: () => model.dispose(),
  }
}

/**
 * Counts the tokens of texts: where Node was busy, what came in the meantime is one text. All tokens have the same text.
 *
 * @param {number[]} lengths those of the texts that were handed out
 * @param {GenerateResult} [result] of the generation
 * @param {number} [wanted] how many tokens it has to have; default any number, since it was stopped
 */
function countTokens(lengths, result, wanted) {
  const { text = '', tokens = [] } = result ?? {}
  if (tokens.length !== (wanted ?? tokens.length)) {
    throw new Error(`Realm made ${tokens.length} tokens of ${wanted}`)
  }
  const tokensOf = (/** @type {number} */ length) => Math.round((length / text.length) * tokens.length)
  return { first: tokensOf(lengths[0]), all: tokensOf(lengths.reduce((sum, length) => sum + length, 0)) }
}

/** What Realm computes with, in one line: its version, that of Java, and the kernels. */
export async function describeRealm() {
  const { engineInfo } = await import('../lib/diagnostics.js')
  const { version, java, reason } = await engineInfo()
  return `realm-ai ${version}, Java ${java}, ${reason}`
}
