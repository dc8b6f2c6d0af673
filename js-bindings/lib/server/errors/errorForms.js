/** @import { HttpError } from './HttpError.js' */

/**
 * How a kind of clients is told of a failure.
 *
 * @callback ErrorForm
 * @param {HttpError} error
 * @param {string} requestId
 * @returns {object}
 */

/** OpenAI's types of errors, by their status; of others, `invalid_request_error`. @type {Record<number, string>} */
const OPENAI_TYPES = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
}

/** As OpenAI's clients read it. @type {ErrorForm} */
export const openAiError = ({ message, code, param, status }) => ({
  error: {
    message,
    type: OPENAI_TYPES[status] ?? (status >= 500 ? 'server_error' : 'invalid_request_error'),
    param: param ?? null,
    code,
  },
})

/** Anthropic's types of errors, by their status; of others, `invalid_request_error`. @type {Record<number, string>} */
const ANTHROPIC_TYPES = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  503: 'overloaded_error',
  504: 'timeout_error',
}

/** As Anthropic's clients read it. @type {ErrorForm} */
export const anthropicError = ({ message, code, status }, requestId) => ({
  type: 'error',
  error: { type: ANTHROPIC_TYPES[status] ?? 'invalid_request_error', message, code },
  request_id: requestId,
})

/** As Ollama's clients read it. @type {ErrorForm} */
export const ollamaError = ({ message, code }) => ({ error: message, code })
