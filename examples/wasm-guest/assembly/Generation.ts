import { bytesOf } from './bytesOf'
import { realm_decode_tokens, realm_encode_tokens } from './env'
import { BUFFER_TOO_SMALL, CONTEXT_OVERFLOW, fail, INVALID_ARGUMENT, succeed } from './failure'
import { GreedyModel } from './GreedyModel'

/** What `add_special` asks for: the tokens around a text, and texts of special tokens as tokens. */
const AROUND_AND_SPECIAL: i32 = 3

/** A prompt and its continuation. */
export class Generation {
  /** The ids of the sequence, u32: the prompt's, then those made. */
  readonly ids: usize
  /** How many of them are the prompt's. */
  promptLength: i32 = 0
  /** How many there are. */
  length: i32 = 0
  /** The text of those made, UTF-8; 0 until {@link decode}. */
  text: usize = 0

  private model: GreedyModel
  private takenIn: i32 = 0
  private ended: bool = true

  constructor(model: GreedyModel) {
    this.model = model
    this.ids = heap.alloc(bytesOf(model.contextLength))
  }

  /** Begins with a prompt, UTF-8, taken verbatim; an empty one is an INVALID_ARGUMENT. */
  begin(text: usize, textLength: usize): void {
    const room = this.model.contextLength
    const count = realm_encode_tokens(this.model.id, text, textLength, AROUND_AND_SPECIAL, this.ids, room)
    if (count == 0) fail(INVALID_ARGUMENT)
    this.promptLength = succeed(count == BUFFER_TOO_SMALL ? CONTEXT_OVERFLOW : count)
    this.length = this.promptLength
    this.takenIn = 0
    this.ended = false
  }

  /** Makes a token. Gives its id, or -1 at the end of the text or of the context. */
  next(): i32 {
    if (this.ended || this.length == this.model.contextLength) return -1
    const pending = this.ids + bytesOf(this.takenIn)
    const token = this.model.nextToken(pending, this.length - this.takenIn, this.takenIn)
    this.takenIn = this.length
    if (token == this.model.shape.endOfText) {
      this.ended = true
      return -1
    }
    store<i32>(this.ids + bytesOf(this.length), token)
    this.length++
    return token
  }

  /** Writes the text of the tokens made to {@link text}; gives its length in bytes. */
  decode(): i32 {
    const made = this.length - this.promptLength
    let room = <usize>made * 16
    while (true) {
      heap.free(this.text)
      this.text = heap.alloc(room)
      const first = this.ids + bytesOf(this.promptLength)
      const length = realm_decode_tokens(this.model.id, first, made, this.text, room)
      if (length != BUFFER_TOO_SMALL) return succeed(length)
      room *= 4
    }
  }

  close(): void {
    heap.free(this.text)
    heap.free(this.ids)
  }
}
