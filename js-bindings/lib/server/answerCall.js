import { failureResponse } from './errors/failureResponse.js'
import { httpErrorOf } from './errors/httpErrorOf.js'
import { readBody } from './requests/readBody.js'
import { readRequest } from './requests/readRequest.js'
import { EventStream } from './streams/EventStream.js'
import { streamResponse } from './streams/streamResponse.js'
import { logCall } from './telemetry/logCall.js'
import { startSpan } from './telemetry/startSpan.js'

/** @import { Call } from './Call.js' */

/** Milliseconds without an event after which a stream says that it is still there. */
const PING_MS = 15_000

/**
 * Answers a request, in its client's form also where it fails.
 *
 * @param {Call} call
 * @returns {Promise<Response>}
 */
export async function answerCall(call) {
  let status = 200
  const endSpan = startSpan(call)
  call.atEnd(() => {
    call.services.metrics?.note(call, status)
    endSpan(status)
    logCall(call, status)
  })
  try {
    const fields = await admit(call)
    const answer = await call.endpoint.answer(call, fields)
    if (answer instanceof EventStream)
      return await streamResponse(call, answer, headersOf, { pingMs: PING_MS })
    const response = answer instanceof Response ? answer : Response.json(answer)
    for (const [name, value] of Object.entries(headersOf(call))) response.headers.set(name, value)
    if (!call.isDetached) call.end()
    return response
  } catch (error) {
    const failure = httpErrorOf(error)
    status = failure.status
    call.failure = failure
    call.end()
    return failureResponse(failure, call.endpoint.errors, call.id)
  }
}

/** What an answer's headers say of the call. @param {Call} call */
function headersOf({ id, headers, ignored }) {
  const names = [...new Set(ignored)].join(', ')
  return {
    ...headers,
    'x-request-id': id,
    'request-id': id,
    ...(names === '' ? {} : { 'realm-ignored': names }),
  }
}

/**
 * Lets a request in, and reads what it asks for.
 *
 * @param {Call} call
 */
async function admit(call) {
  const { endpoint, request, services } = call
  if (!endpoint.open) {
    call.key = services.keys?.identify(request.headers)
    services.calls.add(call)
    if (call.key !== undefined) await services.keyLimits.admit(call, call.key)
  }
  if (endpoint.form === undefined) return {}
  const { fields, ignored } = readRequest(endpoint.form, await readBody(request, services.limits))
  call.ignored = ignored
  call.fields = fields
  return fields
}
