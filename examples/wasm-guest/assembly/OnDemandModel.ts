import { bytesOf } from './bytesOf'
import { GreedyModel } from './GreedyModel'
import { Hyperparameters } from './Hyperparameters'
import { KvCache } from './KvCache'
import { axpy } from './kernels/axpy'
import { dot } from './kernels/dot'
import { matmul } from './kernels/matmul'
import { rmsNorm } from './kernels/rmsNorm'
import { softmax } from './kernels/softmax'
import { swiglu } from './kernels/swiglu'
import { LayerWeights } from './LayerWeights'
import { Region } from './Region'
import { RotaryEmbedding } from './RotaryEmbedding'
import { row } from './row'
import { hasTensor, readRows, readTensor } from './tensors'

/** Tokens that go through the layers together, so that a prompt fetches the weights once for so many. */
const BATCH: i32 = 16

/**
 * The llama architecture (Touvron et al. 2023), computed in the guest. Weights come from the host when they are needed,
 * and only those of one layer are here at a time.
 */
export class OnDemandModel extends GreedyModel {
  private region: Region
  private weights: LayerWeights
  private cache: KvCache
  private rope: RotaryEmbedding

  // Names of tensors.
  private embedding: ArrayBuffer
  private outputNorm: ArrayBuffer
  private output: ArrayBuffer // the embedding, where a file ties them

  // One row a token.
  private x: usize // the residual stream (BATCH, width)
  private h: usize // normed (BATCH, width)
  private q: usize // (BATCH, heads, headSize)
  private k: usize // (BATCH, kvHeads, headSize)
  private v: usize // (BATCH, kvHeads, headSize)
  private o: usize // what attention gives (BATCH, heads, headSize)
  private gate: usize // (BATCH, feedForward)
  private up: usize // (BATCH, feedForward)
  private scores: usize // of one query (contextLength)

  constructor(id: i32, shape: Hyperparameters, contextLength: i32) {
    super(id, shape, contextLength)
    const s = shape
    const row = 2 * s.width + 2 * s.queryWidth + 2 * s.kvWidth + 2 * s.feedForward
    const region = new Region(
      LayerWeights.values(s) +
        KvCache.values(s, contextLength) +
        RotaryEmbedding.values(s) +
        BATCH * row +
        contextLength,
    )
    this.region = region
    this.weights = new LayerWeights(id, s, region)
    this.cache = new KvCache(s, contextLength, region)
    this.rope = new RotaryEmbedding(id, s, region)
    const embedding = String.UTF8.encode('token_embd.weight')
    const output = String.UTF8.encode('output.weight')
    this.embedding = embedding
    this.outputNorm = String.UTF8.encode('output_norm.weight')
    this.output = hasTensor(id, output) ? output : embedding
    this.x = region.take(BATCH * s.width)
    this.h = region.take(BATCH * s.width)
    this.q = region.take(BATCH * s.queryWidth)
    this.k = region.take(BATCH * s.kvWidth)
    this.v = region.take(BATCH * s.kvWidth)
    this.o = region.take(BATCH * s.queryWidth)
    this.gate = region.take(BATCH * s.feedForward)
    this.up = region.take(BATCH * s.feedForward)
    this.scores = region.take(contextLength)
  }

  nextToken(ids: usize, count: i32, position: i32): i32 {
    let last = 0
    for (let done = 0; done < count; done += BATCH) {
      const tokens = min(BATCH, count - done)
      this.forward(ids + bytesOf(done), tokens, position + done)
      last = tokens - 1
    }
    return this.mostProbable(last)
  }

  close(): void {
    this.region.free()
  }

  /** Takes a batch of tokens through all layers. */
  private forward(ids: usize, tokens: i32, position: i32): void {
    this.embed(ids, tokens)
    for (let layer = 0; layer < this.shape.layers; layer++) {
      this.weights.fetch(layer)
      this.attention(layer, tokens, position)
      this.feedForward(tokens)
    }
  }

  /** `x = token_embd[ids]`. */
  private embed(ids: usize, tokens: i32): void {
    const width = this.shape.width
    for (let t = 0; t < tokens; t++) {
      readRows(this.id, this.embedding, load<i32>(ids + bytesOf(t)), 1, width, row(this.x, t, width))
    }
  }

  /** `x += attn_output(attend(rope(q), rope(k), v))`, with q, k and v from `rms_norm(x)`. */
  private attention(layer: i32, tokens: i32, position: i32): void {
    const s = this.shape
    const w = this.weights
    this.norm(w.attnNorm, tokens)
    matmul(this.q, this.h, w.attnQ, tokens, s.queryWidth, s.width)
    matmul(this.k, this.h, w.attnK, tokens, s.kvWidth, s.width)
    matmul(this.v, this.h, w.attnV, tokens, s.kvWidth, s.width)
    for (let t = 0; t < tokens; t++) {
      const k = row(this.k, t, s.kvWidth)
      this.rope.moveTo(position + t)
      this.rope.rotate(row(this.q, t, s.queryWidth), s.heads)
      this.rope.rotate(k, s.kvHeads)
      this.cache.put(layer, position + t, k, row(this.v, t, s.kvWidth))
    }
    for (let t = 0; t < tokens; t++) {
      for (let head = 0; head < s.heads; head++) {
        const at = bytesOf(t * s.queryWidth + head * s.headSize)
        this.attend(this.o + at, this.q + at, layer, head / (s.heads / s.kvHeads), position + t + 1)
      }
    }
    matmul(this.h, this.o, w.attnOutput, tokens, s.width, s.queryWidth)
    axpy(this.x, 1, this.h, tokens * s.width)
  }

  /** `o = softmax(q k^T / sqrt(headSize)) v` of one query head over the first positions. */
  private attend(o: usize, q: usize, layer: i32, kvHead: i32, positions: i32): void {
    const size = this.shape.headSize
    const scale = <f32>(1 / Math.sqrt(size))
    const keys = this.cache.keys(layer, kvHead)
    for (let p = 0; p < positions; p++) {
      store<f32>(this.scores + bytesOf(p), dot(q, row(keys, p, size), size) * scale)
    }
    softmax(this.scores, positions)
    memory.fill(o, 0, bytesOf(size))
    const values = this.cache.values(layer, kvHead)
    for (let p = 0; p < positions; p++) {
      axpy(o, load<f32>(this.scores + bytesOf(p)), row(values, p, size), size)
    }
  }

  /** `x += ffn_down(silu(ffn_gate(h)) * ffn_up(h))` with `h = rms_norm(x)`. */
  private feedForward(tokens: i32): void {
    const s = this.shape
    const w = this.weights
    this.norm(w.ffnNorm, tokens)
    matmul(this.gate, this.h, w.ffnGate, tokens, s.feedForward, s.width)
    matmul(this.up, this.h, w.ffnUp, tokens, s.feedForward, s.width)
    swiglu(this.gate, this.up, tokens * s.feedForward)
    matmul(this.h, this.gate, w.ffnDown, tokens, s.width, s.feedForward)
    axpy(this.x, 1, this.h, tokens * s.width)
  }

  /** `h = rms_norm(x) * weight`. */
  private norm(weight: usize, tokens: i32): void {
    const width = this.shape.width
    for (let t = 0; t < tokens; t++) {
      rmsNorm(row(this.h, t, width), row(this.x, t, width), weight, this.shape.epsilon, width)
    }
  }

  /** The greatest of the logits `output(rms_norm(x))`. The matrix comes in ranges, to where a layer's weights were. */
  private mostProbable(token: i32): i32 {
    const s = this.shape
    const norm = this.weights.start
    readTensor(this.id, this.outputNorm, norm, s.width)
    rmsNorm(this.h, row(this.x, token, s.width), norm, s.epsilon, s.width)

    const rows = LayerWeights.values(s) / s.width
    let best = 0
    let most: f32 = -f32.MAX_VALUE
    for (let first = 0; first < s.vocabulary; first += rows) {
      const present = min(rows, s.vocabulary - first)
      readRows(this.id, this.output, first, present, s.width, this.weights.start)
      for (let r = 0; r < present; r++) {
        const logit = dot(this.h, row(this.weights.start, r, s.width), s.width)
        if (logit > most) {
          most = logit
          best = first + r
        }
      }
    }
    return best
  }
}
