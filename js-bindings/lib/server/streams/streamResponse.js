import { httpErrorOf } from '../errors/httpErrorOf.js'

/** @import { Call } from '../Call.js' */
/** @import { EventStream } from './EventStream.js' */

/**
 * Milliseconds that the headers wait at most until the engine has taken up what is asked for: what it refuses is a status
 * then, not an event.
 */
const ACCEPTED_MS = 25

/**
 * Answers with a stream. Its headers go out at once, also where the model has much to read first; events are made as they
 * are read, and a reader that leaves stops the call.
 *
 * @param {Call} call ends with the stream
 * @param {EventStream} stream
 * @param {(call: Call) => Record<string, string>} headersOf once there is something to tell, or nothing for a while
 * @param {{ pingMs: number }} options milliseconds without an event after which a ping is sent
 * @returns {Promise<Response>}
 * @throws what the first event throws, if it does so at once
 */
export async function streamResponse(call, { form, events }, headersOf, { pingMs }) {
  const { errors } = call.endpoint
  const encoder = new TextEncoder()
  let step = events.next()
  await within(Promise.race([step, call.accepted]), ACCEPTED_MS)
  const body = new ReadableStream(
    {
      async pull(controller) {
        try {
          const next = form.ping === '' ? await step : await within(step, pingMs)
          if (next === undefined) {
            controller.enqueue(encoder.encode(form.ping))
          } else if (next.done) {
            if (form.end !== '') controller.enqueue(encoder.encode(form.end))
            call.end()
            controller.close()
          } else {
            step = events.next()
            // It is looked at when it is read; until then its failure is nobody's.
            step.catch(() => undefined)
            controller.enqueue(encoder.encode(form.event(next.value)))
          }
        } catch (error) {
          const failure = httpErrorOf(error)
          call.failure ??= failure
          if (!call.stopped) controller.enqueue(encoder.encode(form.error(errors(failure, call.id))))
          call.end()
          controller.close()
        }
      },
      async cancel(reason) {
        call.stop(reason)
        await step.catch(() => undefined)
        await events.return?.()
        call.end()
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(body, {
    headers: {
      'content-type': form.contentType,
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
      ...headersOf(call),
    },
  })
}

/**
 * What a promise gives, if it does so within a time.
 *
 * @template T
 * @param {Promise<T>} promise
 * @param {number} ms
 * @returns {Promise<T | undefined>}
 */
async function within(promise, ms) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  try {
    return await /** @type {Promise<T | undefined>} */ (Promise.race([promise, timeout]))
  } finally {
    clearTimeout(timer)
  }
}
