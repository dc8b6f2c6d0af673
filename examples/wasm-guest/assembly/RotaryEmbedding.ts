import { bytesOf } from './bytesOf'
import { Hyperparameters } from './Hyperparameters'
import { rope } from './kernels/rope'
import { Region } from './Region'
import { hasTensor, readTensor } from './tensors'

/** RoPE (Su et al. 2021): the pair i of a head turns by `position * base^(-2 i / rotated)`. */
export class RotaryEmbedding {
  private shape: Hyperparameters
  private frequencies: StaticArray<f64>
  private cos: usize
  private sin: usize

  constructor(model: i32, shape: Hyperparameters, region: Region) {
    this.shape = shape
    this.cos = region.take(shape.rotated)
    this.sin = region.take(shape.rotated)
    const pairs = shape.rotated / 2
    this.frequencies = new StaticArray<f64>(pairs)
    for (let i = 0; i < pairs; i++) {
      this.frequencies[i] = shape.ropeBase ** ((-2.0 * i) / shape.rotated)
    }
    // Llama 3 divides each frequency by a factor.
    const factors = String.UTF8.encode('rope_freqs.weight')
    if (hasTensor(model, factors)) {
      readTensor(model, factors, this.cos, pairs)
      for (let i = 0; i < pairs; i++) this.frequencies[i] /= load<f32>(this.cos + bytesOf(i))
    }
  }

  /** How many values it keeps. */
  static values(shape: Hyperparameters): i32 {
    return 2 * shape.rotated
  }

  /** Chooses the position of what is rotated next. */
  moveTo(position: i32): void {
    for (let i = 0; i < this.frequencies.length; i++) {
      const angle = position * this.frequencies[i]
      const pair = (<usize>i) << 3
      const cos = <f32>Math.cos(angle)
      const sin = <f32>Math.sin(angle)
      store<f32>(this.cos + pair, cos)
      store<f32>(this.cos + pair, cos, 4)
      store<f32>(this.sin + pair, -sin)
      store<f32>(this.sin + pair, sin, 4)
    }
  }

  /** Rotates a token's heads, (heads, headSize), in place. */
  rotate(x: usize, heads: i32): void {
    for (let head = 0; head < heads; head++) {
      rope(x + bytesOf(head * this.shape.headSize), this.cos, this.sin, this.shape.rotated)
    }
  }
}
