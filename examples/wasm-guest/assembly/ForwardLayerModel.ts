import { bytesOf } from './bytesOf'
import {
  realm_close_session,
  realm_compute_logits,
  realm_embed_tokens,
  realm_forward_layer,
  realm_open_session,
} from './env'
import { succeed } from './failure'
import { GreedyModel } from './GreedyModel'
import { Hyperparameters } from './Hyperparameters'
import { argmax } from './kernels/argmax'
import { Region } from './Region'

/** Tokens that go through the layers together. */
const BATCH: i32 = 64

/** A model whose layers the host computes, with a KV cache that is the host's: no weight comes to the guest. */
export class ForwardLayerModel extends GreedyModel {
  private region: Region
  private session: i32
  private hidden: usize // (BATCH, width)
  private logits: usize // (vocabulary)

  constructor(id: i32, shape: Hyperparameters, contextLength: i32) {
    super(id, shape, contextLength)
    this.region = new Region(BATCH * shape.width + shape.vocabulary)
    this.hidden = this.region.take(BATCH * shape.width)
    this.logits = this.region.take(shape.vocabulary)
    this.session = succeed(realm_open_session(id, contextLength))
  }

  nextToken(ids: usize, count: i32, position: i32): i32 {
    let last = 0
    for (let done = 0; done < count; done += BATCH) {
      const tokens = min(BATCH, count - done)
      this.forward(ids + bytesOf(done), tokens, position + done)
      last = tokens - 1
    }
    const width = this.shape.width
    const hidden = this.hidden + bytesOf(last * width)
    const bytes = bytesOf(this.shape.vocabulary)
    succeed(realm_compute_logits(this.id, hidden, width, this.logits, bytes))
    return argmax(this.logits, this.shape.vocabulary)
  }

  close(): void {
    succeed(realm_close_session(this.session))
    this.region.free()
  }

  /** Takes a batch of tokens through all layers. */
  private forward(ids: usize, tokens: i32, position: i32): void {
    const count = tokens * this.shape.width
    const bytes = bytesOf(count)
    succeed(realm_embed_tokens(this.id, ids, tokens, this.hidden, bytes))
    for (let layer = 0; layer < this.shape.layers; layer++) {
      succeed(realm_forward_layer(this.session, layer, this.hidden, count, position, this.hidden, bytes))
    }
  }
}
