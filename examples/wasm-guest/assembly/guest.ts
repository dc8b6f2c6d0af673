// What both guests export to whoever runs them, beside `loadModel`. An error of the host ends a guest with a trap; then
// `failure` tells its number.

import { Generation } from './Generation'
import { GreedyModel } from './GreedyModel'

let model: GreedyModel | null = null
let generation: Generation | null = null

/** Takes a loaded model into use, in place of the one before. */
export function use(loaded: GreedyModel): void {
  model = loaded
  generation = new Generation(loaded)
}

/** Gives back what the model holds. */
export function unloadModel(): void {
  const generated = generation
  const loaded = model
  if (generated === null || loaded === null) return
  generation = null
  model = null
  generated.close()
  loaded.close()
}

/** Continues a prompt, UTF-8, by at most so many tokens, each the most probable one. Gives how many it made. */
export function generate(prompt: usize, promptLength: usize, maxTokens: i32): i32 {
  begin(prompt, promptLength)
  let made = 0
  while (made < maxTokens && nextToken() != -1) made++
  return made
}

/** Begins with a prompt, for {@link nextToken}. */
export function begin(prompt: usize, promptLength: usize): void {
  generation!.begin(prompt, promptLength)
}

/** Makes one token. Gives its id, or -1 at the end of the text or of the context. */
export function nextToken(): i32 {
  return generation!.next()
}

/** The address of the token ids, u32: the prompt's, then those made. */
export function ids(): usize {
  return generation!.ids
}

/** How many tokens the prompt has. */
export function promptTokens(): i32 {
  return generation!.promptLength
}

/** Decodes the tokens made; gives the length of their text in bytes. */
export function decodeText(): i32 {
  return generation!.decode()
}

/** The address of the text that was decoded, UTF-8. */
export function text(): usize {
  return generation!.text
}

/** Memory for a prompt. */
export function allocate(bytes: usize): usize {
  return heap.alloc(bytes)
}

/** Gives memory back. */
export function release(address: usize): void {
  heap.free(address)
}
