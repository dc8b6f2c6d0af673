/**
 * RoPE (Su et al. 2021) of one head, in place, in the layout of GGUF files of the llama architecture: the pairs are
 * neighbours. `(a, b)` becomes `(a cos - b sin, a sin + b cos)`.
 *
 * @param x holds `n` f32 values, an even number
 * @param cos holds each pair's cosine twice
 * @param sin holds each pair's sine twice, first negated
 */
export function rope(x: usize, cos: usize, sin: usize, n: i32): void {
  let i = 0
  for (; i <= n - 4; i += 4) {
    const pairs = v128.load(x)
    const swapped = v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)
    v128.store(x, f32x4.add(f32x4.mul(pairs, v128.load(cos)), f32x4.mul(swapped, v128.load(sin))))
    x += 16
    cos += 16
    sin += 16
  }
  if (i < n) {
    const a = load<f32>(x)
    const b = load<f32>(x, 4)
    store<f32>(x, a * load<f32>(cos) + b * load<f32>(sin))
    store<f32>(x, b * load<f32>(cos, 4) + a * load<f32>(sin, 4), 4)
  }
}
