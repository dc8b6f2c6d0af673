/** @import { RealmError } from '../../../js-bindings/lib/index.js' */

/**
 * A way by which conformance cases reach the host functions.
 *
 * @typedef {object} CaseDriver
 * @property {(options: GuestOptions) => CaseGuest} open makes a guest
 */

/**
 * @typedef {object} GuestOptions
 * @property {number} pages of its memory, each of 64 KiB
 * @property {number[]} models the ids of its models
 * @property {number} [maxTokens]
 * @property {number} [maxSessions]
 * @property {number} [maxBytes]
 * @property {((pointer: number, length: number) => boolean) | undefined} piece where the guest is to export
 *   realm_stream_token: hears of each piece; returns whether the guest goes on, or else fails
 */

/**
 * @typedef {object} CaseGuest
 * @property {WebAssembly.Memory} memory
 * @property {(name: string, args: bigint[]) => number} call calls a host function, with an argument of up to 64 unsigned
 *   bits for each parameter
 * @property {() => RealmError | null} lastError
 * @property {() => void} cancel
 * @property {() => void} close may be called again
 */

export {}
