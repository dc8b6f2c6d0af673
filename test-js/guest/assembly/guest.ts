// A guest for the tests of createGuest, in WebAssembly.

import { realm_generate, realm_get_model_info } from '../../conformance/assembly/env'

const OUT: u32 = 4096

/** Gives room for the text of an argument. */
export function realm_allocate(length: u32): usize {
  return heap.alloc(length)
}

/** The place of a text, as a result. */
function text(pointer: usize, length: u32): i64 {
  return ((pointer as i64) << 32) | (length as i64)
}

/** Gives a JSON value back. */
export function echo(pointer: usize, length: u32): i64 {
  return text(pointer, length)
}

/** Continues the prompt with one token; the result is the number of an error, or the text. */
export function generate(model: u32, promptPointer: usize, promptLength: u32): i64 {
  const options = String.UTF8.encode('{"maxTokens":1,"temperature":0}')
  const out = heap.alloc(OUT)
  store<u8>(out, 0x22)
  // The argument is JSON: a string in quotes.
  const bytes = realm_generate(
    model,
    (promptPointer as u32) + 1,
    promptLength - 2,
    changetype<usize>(options) as u32,
    options.byteLength as u32,
    (out as u32) + 1,
    OUT - 2,
  )
  if (bytes < 0) {
    const code = String.UTF8.encode(bytes.toString())
    return text(changetype<usize>(code), code.byteLength as u32)
  }
  store<u8>(out + 1 + bytes, 0x22)
  return text(out, (bytes + 2) as u32)
}

/** What the host says of a model: 0, or the number of an error. */
export function info(model: u32): i32 {
  return realm_get_model_info(model, 8, 16)
}

export function add(a: f64, b: f64): f64 {
  return a + b
}

export function loop(): void {
  while (true) {
    // Until somebody ends it.
  }
}

/** Grows the memory as far as it goes; returns its size in pages. */
export function grow(): i32 {
  let pages = memory.size()
  while (memory.grow(1) >= 0) pages++
  return pages
}

export function recurse(depth: i32): i32 {
  return recurse(depth + 1) + depth
}

export function trap(): void {
  unreachable()
}
