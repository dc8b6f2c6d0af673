import { Hyperparameters } from './Hyperparameters'
import { LayerNames } from './LayerNames'
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
  private names: StaticArray<LayerNames>

  constructor(model: i32, shape: Hyperparameters, region: Region) {
    this.model = model
    this.shape = shape
    this.names = new StaticArray<LayerNames>(shape.layers)
    for (let layer = 0; layer < shape.layers; layer++) this.names[layer] = new LayerNames(layer)
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
    const n = this.names[layer]
    readTensor(this.model, n.attnNorm, this.attnNorm, s.width)
    readTensor(this.model, n.attnQ, this.attnQ, s.queryWidth * s.width)
    readTensor(this.model, n.attnK, this.attnK, s.kvWidth * s.width)
    readTensor(this.model, n.attnV, this.attnV, s.kvWidth * s.width)
    readTensor(this.model, n.attnOutput, this.attnOutput, s.width * s.queryWidth)
    readTensor(this.model, n.ffnNorm, this.ffnNorm, s.width)
    readTensor(this.model, n.ffnGate, this.ffnGate, s.feedForward * s.width)
    readTensor(this.model, n.ffnUp, this.ffnUp, s.feedForward * s.width)
    readTensor(this.model, n.ffnDown, this.ffnDown, s.width * s.feedForward)
  }
}
