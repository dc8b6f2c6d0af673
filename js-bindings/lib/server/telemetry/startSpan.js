import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'

/** @import { Call } from '../Call.js' */

/**
 * Begins a span of a request, where the app has a tracer of OpenTelemetry; elsewhere it costs nothing. Its names are those of
 * OpenTelemetry's conventions for generative models.
 *
 * @param {Call} call
 * @returns {(status: number) => void} ends it
 */
export function startSpan(call) {
  const { endpoint, request } = call
  const parent = propagation.extract(context.active(), Object.fromEntries(request.headers))
  const method = endpoint.method.toUpperCase()
  const span = trace.getTracer('realm-ai').startSpan(
    `${method} ${endpoint.path}`,
    {
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': method,
        'http.route': endpoint.path,
        'realm.request.id': call.id,
      },
    },
    parent,
  )
  return (status) => {
    const { model, usage, finishReason, failure, firstAt } = call
    span.setAttributes({
      'http.response.status_code': status,
      ...(model === undefined ? {} : { 'gen_ai.system': 'realm', 'gen_ai.request.model': model }),
      ...(usage.promptTokens === 0
        ? {}
        : {
            'gen_ai.usage.input_tokens': usage.promptTokens,
            'gen_ai.usage.output_tokens': usage.completionTokens,
          }),
      ...(finishReason === undefined ? {} : { 'gen_ai.response.finish_reasons': [finishReason] }),
      ...(firstAt === undefined
        ? {}
        : { 'gen_ai.server.time_to_first_token': (firstAt - call.begunAt) / 1000 }),
      ...(failure === undefined ? {} : { 'error.type': failure.code }),
    })
    if (failure !== undefined && failure.status >= 500)
      span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message })
    span.end()
  }
}
