/**
 * The refusals that are a server's own, beside those of the library, with the status of each.
 *
 * @type {Readonly<Record<string, { status: number, meaning: string }>>}
 */
export const httpErrors = {
  invalid_json: { status: 400, meaning: 'The body is no JSON, or none of UTF-8.' },
  invalid_value: { status: 400, meaning: 'A field is missing, of the wrong type or out of its range.' },
  unknown_field: { status: 400, meaning: 'A field that no client of this interface sends.' },
  unsupported_field: { status: 400, meaning: 'A field that cannot be honoured here.' },
  too_deep: { status: 400, meaning: 'Arrays and objects are nested deeper than `limits.depth`.' },
  too_many: { status: 400, meaning: 'More messages or texts than `limits` allows.' },
  invalid_api_key: { status: 401, meaning: 'No key was given, or one that is not in the key file.' },
  model_not_allowed: { status: 403, meaning: 'The key may not use this model.' },
  not_found: { status: 404, meaning: 'No such path, or nothing under this id.' },
  model_not_found: { status: 404, meaning: 'No model of this name is served.' },
  method_not_allowed: { status: 405, meaning: 'The path is there, but not for this method.' },
  request_timeout: { status: 408, meaning: 'The body did not arrive within `limits.bodyMs`.' },
  body_too_large: { status: 413, meaning: 'The body has more bytes than `limits.bodyBytes`.' },
  unsupported_media_type: { status: 415, meaning: 'The body is said to be something else than JSON.' },
  rate_limit_exceeded: { status: 429, meaning: 'The key has used up what it may in a minute, or at a time.' },
  internal: { status: 500, meaning: 'A defect, or a model that cannot be loaded: the log has it.' },
  limits_unavailable: { status: 503, meaning: 'The Redis of `limits.redis` does not answer.' },
  overloaded: { status: 503, meaning: 'As many requests are here as `limits.queue` allows.' },
  shutting_down: { status: 503, meaning: 'The server ends, or the model was unloaded.' },
}

/** A request that is refused or failed, for any of the wire forms. */
export class HttpError extends Error {
  /**
   * @param {string} code of `httpErrors`, or of the library
   * @param {string} message
   * @param {object} [details]
   * @param {number} [details.status] default: that of the code
   * @param {string} [details.param] the field that it is about, such as `messages[0].role`
   * @param {Record<string, string>} [details.headers] sent with it
   * @param {unknown} [details.cause] for the log
   */
  constructor(code, message, { status = httpErrors[code]?.status ?? 500, param, headers, cause } = {}) {
    super(message, { cause })
    this.code = code
    this.status = status
    this.param = param
    this.headers = headers
  }

  get name() {
    return 'HttpError'
  }
}
