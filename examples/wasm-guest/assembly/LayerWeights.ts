import { Hyperparameters } from './Hyperparameters'
import { Region } from './Region'
import { readTensor } from './tensors'

/** Room for the weights of one layer, f32, which {@link fetch} fills; a matrix is (out features, in features). */
export class LayerWeights {
  /** Where the room begins. */
  readonly start: usize
  /** (width) */
  readonly attnNorm: usize
  /** (queryWidth, width) */
  readonly attnQ: usize
  /** (kvWidth, width) */
  readonly attnK: usize
  /** (kvWidth, width) */
  readonly attnV: usize
  /** (width, queryWidth) */
  readonly attnOutput: usize
  /** (width) */
  readonly ffnNorm: usize
  /** (feedForward, width) */
  readonly ffnGate: usize
  /** (feedForward, width) */
  readonly ffnUp: usize
  /** (width, feedForward) */
  readonly ffnDown: usize

  private model: i32
  private shape: Hyperparameters

  constructor(model: i32, shape: Hyperparameters, region: Region) {
    this.model = model
    this.shape = shape
    this.start = region.take(shape.width)
    this.attnNorm = this.start
    this.attnQ = region.take(shape.queryWidth * shape.width)
    this.attnK = region.take(shape.kvWidth * shape.width)
    this.attnV = region.take(shape.kvWidth * shape.width)
    this.attnOutput = region.take(shape.width * shape.queryWidth)
    this.ffnNorm = region.take(shape.width)
    this.ffnGate = region.take(shape.feedForward * shape.width)
    this.ffnUp = region.take(shape.feedForward * shape.width)
    this.ffnDown = region.take(shape.width * shape.feedForward)
  }

  /** How many values a layer has. */
  static values(shape: Hyperparameters): i32 {
    return shape.width * (2 + 2 * shape.queryWidth + 2 * shape.kvWidth + 3 * shape.feedForward)
  }

  /** Replaces the weights by those of another layer. */
  fetch(layer: i32): void {
    const s = this.shape
    this.read(layer, 'attn_norm', this.attnNorm, s.width)
    this.read(layer, 'attn_q', this.attnQ, s.queryWidth * s.width)
    this.read(layer, 'attn_k', this.attnK, s.kvWidth * s.width)
    this.read(layer, 'attn_v', this.attnV, s.kvWidth * s.width)
    this.read(layer, 'attn_output', this.attnOutput, s.width * s.queryWidth)
    this.read(layer, 'ffn_norm', this.ffnNorm, s.width)
    this.read(layer, 'ffn_gate', this.ffnGate, s.feedForward * s.width)
    this.read(layer, 'ffn_up', this.ffnUp, s.feedForward * s.width)
    this.read(layer, 'ffn_down', this.ffnDown, s.width * s.feedForward)
  }

  private read(layer: i32, name: string, out: usize, count: i32): void {
    readTensor(this.model, `blk.${layer}.${name}.weight`, out, count)
  }
}
