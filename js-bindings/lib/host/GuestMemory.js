/**
 * The memory of a guest, in which its pointers are offsets: a WebAssembly.Memory, or whatever else has its bytes as
 * `buffer`. That is read anew in each call, since a memory that has grown has another.
 *
 * @typedef {object} GuestMemory
 * @property {ArrayBufferLike} buffer
 */

export {}
