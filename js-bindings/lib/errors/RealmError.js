/**
 * The stable codes of errors, as `codes.json` lists them with their meanings.
 *
 * @typedef {'INVALID_ARGUMENT' | 'OUT_OF_BOUNDS' | 'BUFFER_TOO_SMALL' | 'RESULT_TOO_LARGE' | 'NOT_FOUND'
 *   | 'MODEL_NOT_FOUND' | 'MODEL_ID_CONFLICT' | 'TENSOR_NOT_FOUND' | 'SESSION_NOT_FOUND' | 'GGUF_INVALID'
 *   | 'GGUF_TRUNCATED' | 'GGUF_UNSUPPORTED_VERSION' | 'UNSUPPORTED_TYPE' | 'UNSUPPORTED_ARCHITECTURE'
 *   | 'UNSUPPORTED_TOKENIZER' | 'MODEL_INVALID' | 'CONTEXT_OVERFLOW' | 'TOKEN_OUT_OF_RANGE' | 'OUT_OF_MEMORY'
 *   | 'DISPOSED' | 'ABORTED' | 'IO_ERROR' | 'FILE_NOT_FOUND' | 'QUOTA_EXCEEDED' | 'JAVA_NOT_FOUND'
 *   | 'JVM_START_FAILED' | 'ADDON_NOT_FOUND' | 'DOWNLOAD_FAILED' | 'CHECKSUM_MISMATCH' | 'CHAT_TEMPLATE_ERROR'
 *   | 'KERNELS_UNAVAILABLE' | 'INTERNAL' | 'GUEST_ERROR' | 'TIMEOUT' | 'STACK_OVERFLOW'
 *   | 'UNSUPPORTED_OPERATION' | 'UNSUPPORTED_RUNTIME' | 'OVERLOADED'
 *   | 'DEADLINE_EXCEEDED' | 'SEQUENCE_INVALID' | 'SCHEMA_UNSUPPORTED'
 *   | 'SCHEMA_UNSATISFIABLE' | 'GRAMMAR_INVALID' | 'DRAFT_MISMATCH'} ErrorCode
 */

/** An error of Realm: a stable code, and a message that says what was received, expected and to be done. */
export class RealmError extends Error {
  /**
   * What went wrong, stable over versions.
   *
   * @readonly
   * @type {ErrorCode}
   */
  code

  /**
   * @param {ErrorCode} code what went wrong, stable over versions
   * @param {string} message what was received, what was expected, and what to do
   * @param {{ cause?: unknown }} [options] `cause`: the failure that led to this one
   */
  constructor(code, message, options) {
    super(message, options)
    this.code = code
  }

  /** `RealmError`, or the name of a subclass. */
  get name() {
    return 'RealmError'
  }
}
