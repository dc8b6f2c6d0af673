/** @import { ErrorForm } from './errorForms.js' */
/** @import { HttpError } from './HttpError.js' */

/**
 * A failure as a response.
 *
 * @param {HttpError} error
 * @param {ErrorForm} form
 * @param {string} requestId
 */
export function failureResponse(error, form, requestId) {
  return Response.json(form(error, requestId), {
    status: error.status,
    headers: { ...error.headers, 'x-request-id': requestId, 'request-id': requestId },
  })
}
