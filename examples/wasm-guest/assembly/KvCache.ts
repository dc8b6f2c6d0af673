import { bytesOf } from './bytesOf'
import { Hyperparameters } from './Hyperparameters'
import { Region } from './Region'

/** The keys and values of a sequence, f32: for each layer and key-value head (positions, headSize) of both. */
export class KvCache {
  private start: usize
  private shape: Hyperparameters
  private positions: i32

  constructor(shape: Hyperparameters, positions: i32, region: Region) {
    this.shape = shape
    this.positions = positions
    this.start = region.take(KvCache.values(shape, positions))
  }

  /** How many values a cache for so many positions has. */
  static values(shape: Hyperparameters, positions: i32): i32 {
    return 2 * shape.layers * shape.kvWidth * positions
  }

  /** The keys of one head. */
  keys(layer: i32, kvHead: i32): usize {
    const head = bytesOf(this.positions * this.shape.headSize)
    return this.start + <usize>(2 * (layer * this.shape.kvHeads + kvHead)) * head
  }

  /** The values of one head. */
  values(layer: i32, kvHead: i32): usize {
    return this.keys(layer, kvHead) + bytesOf(this.positions * this.shape.headSize)
  }

  /** Keeps the keys and the values of a token, (kvHeads, headSize) each. */
  put(layer: i32, position: i32, k: usize, v: usize): void {
    const bytes = bytesOf(this.shape.headSize)
    for (let head = 0; head < this.shape.kvHeads; head++) {
      memory.copy(this.keys(layer, head) + <usize>position * bytes, k + <usize>head * bytes, bytes)
      memory.copy(this.values(layer, head) + <usize>position * bytes, v + <usize>head * bytes, bytes)
    }
  }
}
