import { JSON } from 'json-as'
import { realm_get_model_metadata } from './env'
import { BUFFER_TOO_SMALL, fail, MODEL_INVALID, succeed } from './failure'

/** The metadata of a model's file. */
export class Metadata {
  private entries: JSON.Obj

  constructor(model: i32) {
    this.entries = JSON.parse<JSON.Obj>(readJson(model))
  }

  /** A text; an empty one if there is no such key. */
  text(key: string): string {
    const value = this.entries.get(key)
    return value === null ? '' : value.as<string>()
  }

  /** A number, or `otherwise` if there is no such key. */
  number(key: string, otherwise: f64): f64 {
    const value = this.entries.get(key)
    return value === null ? otherwise : value.as<f64>()
  }

  /** An integer from 1; without it the guest ends with MODEL_INVALID. */
  count(key: string): i32 {
    const value = this.number(key, 0)
    if (!(value >= 1 && value <= i32.MAX_VALUE)) fail(MODEL_INVALID)
    return <i32>value
  }
}

/** Reads it into a buffer that grows until it is large enough. */
function readJson(model: i32): string {
  let room: usize = 16384
  while (true) {
    const buffer = heap.alloc(room)
    const length = realm_get_model_metadata(model, buffer, room)
    if (length != BUFFER_TOO_SMALL) {
      const json = String.UTF8.decodeUnsafe(buffer, <usize>succeed(length))
      heap.free(buffer)
      return json
    }
    heap.free(buffer)
    room *= 4
  }
}
