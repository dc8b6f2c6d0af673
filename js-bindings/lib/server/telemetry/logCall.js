import { RealmError } from '../../errors/RealmError.js'

/** @import { Call } from '../Call.js' */
/** @import { HttpError } from '../errors/HttpError.js' */

/**
 * Writes a line about a request that has ended: what it was, not what it said, unless that is asked for.
 *
 * @param {Call} call
 * @param {number} status
 */
export function logCall(call, status) {
  const { services, failure, usage, endpoint } = call
  // Probes come every few seconds.
  if (endpoint.open && failure === undefined) return
  const { pathname } = new URL(call.request.url)
  const fields = {
    id: call.id,
    method: call.request.method,
    path: pathname,
    status,
    ms: Math.round(performance.now() - call.begunAt),
    ...(call.key === undefined ? {} : { key: call.key.name }),
    ...(call.model === undefined ? {} : { model: call.model }),
    ...(usage.promptTokens + usage.completionTokens > 0 ? usage : {}),
    ...(call.firstAt === undefined ? {} : { firstMs: Math.round(call.firstAt - call.begunAt) }),
    ...(call.finishReason === undefined ? {} : { finishReason: call.finishReason }),
    ...(call.ignored.length > 0 ? { ignored: call.ignored } : {}),
    ...(call.stopped ? { left: true } : {}),
    ...(services.logPrompts ? { request: call.fields, answer: call.said } : {}),
  }
  if (failure === undefined || call.stopped) return services.log.info(fields, 'answered')
  const refused = { ...fields, code: failure.code, param: failure.param }
  if (failure.status < 500) services.log.info(refused, 'refused')
  else if (failure.status > 500) services.log.warn({ ...refused, ...reasonOf(failure) }, 'refused')
  else services.log.error({ ...refused, err: failure.cause ?? failure }, 'failed')
}

/** Why it was refused, where the code does not say all of it. @param {HttpError} failure */
function reasonOf({ cause }) {
  return cause === undefined || cause instanceof RealmError ? {} : { err: cause }
}
