/** The sum of `x[i] * y[i]` over `n` f32 values. Four sums of four lanes hide the latency of an addition. */
export function dot(x: usize, y: usize, n: i32): f32 {
  let sum0 = f32x4.splat(0)
  let sum1 = f32x4.splat(0)
  let sum2 = f32x4.splat(0)
  let sum3 = f32x4.splat(0)
  let i = 0
  for (; i <= n - 16; i += 16) {
    sum0 = f32x4.add(sum0, f32x4.mul(v128.load(x), v128.load(y)))
    sum1 = f32x4.add(sum1, f32x4.mul(v128.load(x, 16), v128.load(y, 16)))
    sum2 = f32x4.add(sum2, f32x4.mul(v128.load(x, 32), v128.load(y, 32)))
    sum3 = f32x4.add(sum3, f32x4.mul(v128.load(x, 48), v128.load(y, 48)))
    x += 64
    y += 64
  }
  const sums = f32x4.add(f32x4.add(sum0, sum1), f32x4.add(sum2, sum3))
  let sum =
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    f32x4.extract_lane(sums, 2) +
    f32x4.extract_lane(sums, 3)
  for (; i < n; i++) {
    sum += load<f32>(x) * load<f32>(y)
    x += 4
    y += 4
  }
  return sum
}
