/** The names of the tensors of one layer, in UTF-8: made once, so that generating leaves no garbage. */
export class LayerNames {
  readonly attnNorm: ArrayBuffer
  readonly attnQ: ArrayBuffer
  readonly attnK: ArrayBuffer
  readonly attnV: ArrayBuffer
  readonly attnOutput: ArrayBuffer
  readonly ffnNorm: ArrayBuffer
  readonly ffnGate: ArrayBuffer
  readonly ffnUp: ArrayBuffer
  readonly ffnDown: ArrayBuffer

  constructor(layer: i32) {
    this.attnNorm = nameOf(layer, 'attn_norm')
    this.attnQ = nameOf(layer, 'attn_q')
    this.attnK = nameOf(layer, 'attn_k')
    this.attnV = nameOf(layer, 'attn_v')
    this.attnOutput = nameOf(layer, 'attn_output')
    this.ffnNorm = nameOf(layer, 'ffn_norm')
    this.ffnGate = nameOf(layer, 'ffn_gate')
    this.ffnUp = nameOf(layer, 'ffn_up')
    this.ffnDown = nameOf(layer, 'ffn_down')
  }
}

function nameOf(layer: i32, part: string): ArrayBuffer {
  return String.UTF8.encode(`blk.${layer}.${part}.weight`)
}
