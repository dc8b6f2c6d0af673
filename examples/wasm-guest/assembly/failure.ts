// The errors of docs/errors.md that this guest tells apart or ends with itself.
export const INVALID_ARGUMENT = -1
export const BUFFER_TOO_SMALL = -3
export const TENSOR_NOT_FOUND = -8
export const UNSUPPORTED_ARCHITECTURE = -14
export const MODEL_INVALID = -16
export const CONTEXT_OVERFLOW = -17

let code: i32 = 0

/** The error that this guest ended with; 0 if none did. */
export function failure(): i32 {
  return code
}

/** Ends the guest with a trap. Its {@link failure} says why. */
export function fail(error: i32): void {
  code = error
  unreachable()
}

/** What a function of the host has returned, if that is no error; else the guest ends with it. */
export function succeed(result: i32): i32 {
  if (result < 0) fail(result)
  return result
}
