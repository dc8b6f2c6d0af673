/** `y[i] += a * x[i]` for `n` f32 values. */
export function axpy(y: usize, a: f32, x: usize, n: i32): void {
  const factor = f32x4.splat(a)
  let i = 0
  for (; i <= n - 4; i += 4) {
    v128.store(y, f32x4.add(v128.load(y), f32x4.mul(factor, v128.load(x))))
    x += 16
    y += 16
  }
  for (; i < n; i++) {
    store<f32>(y, load<f32>(y) + a * load<f32>(x))
    x += 4
    y += 4
  }
}
