import { ApplicationFailure, activityInfo, Context } from '@temporalio/activity'
import { AbortError, RealmError } from 'realm-ai'

/** How often the server hears that a generation lives, in milliseconds: while a long prompt is read, too. */
const HEARTBEAT_MS = 2000

/** What another attempt may mend; all else is wrong however often it is tried. */
const PASSING = ['ABORTED', 'DISPOSED', 'OUT_OF_MEMORY', 'OVERLOADED']

/**
 * The activities of a worker.
 *
 * @param {import('realm-ai').Model} model
 */
export function createActivities(model) {
  return {
    /**
     * Generates a text. Its heartbeats have what is made so far.
     *
     * @param {{ role: string, content: string }[]} messages
     * @param {import('realm-ai').GenerateOptions} options
     */
    async generate(messages, options) {
      const context = Context.current()
      let text = ''
      const timer = setInterval(() => context.heartbeat({ text }), HEARTBEAT_MS)
      try {
        const stream = model.stream(messages, { ...options, signal: context.cancellationSignal })
        for await (const piece of stream) {
          text += piece
          context.heartbeat({ text })
        }
        const { finishReason, usage } = await stream.result
        return { text, finishReason, usage, attempt: activityInfo().attempt }
      } catch (error) {
        if (error instanceof AbortError && context.cancellationSignal.aborted) {
          console.log(`stopped after ${error.result.usage.completionTokens} tokens`)
          // Rejects with the reason: that the workflow was cancelled, timed out, or that the worker ends.
          await context.cancelled
        }
        if (!(error instanceof RealmError)) throw error
        const { message, code } = error
        throw ApplicationFailure.create({
          message,
          type: code,
          nonRetryable: !PASSING.includes(code),
          cause: error,
        })
      } finally {
        clearInterval(timer)
      }
    },
  }
}
