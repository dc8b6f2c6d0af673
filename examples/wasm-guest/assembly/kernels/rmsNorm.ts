import { bytesOf } from '../bytesOf'

/**
 * `out = x / sqrt(mean(x^2) + epsilon) * weight` (Zhang and Sennrich 2019), for `n` f32 values. The squares are summed in
 * f64, where those of all f32 values fit.
 */
export function rmsNorm(out: usize, x: usize, weight: usize, epsilon: f32, n: i32): void {
  const end = x + bytesOf(n)
  const vectorsEnd = x + bytesOf(n & ~3)
  let low = f64x2.splat(0)
  let high = f64x2.splat(0)
  let at = x
  for (; at < vectorsEnd; at += 16) {
    const values = v128.load(at)
    const first = f64x2.promote_low_f32x4(values)
    const second = f64x2.promote_low_f32x4(v128.shuffle<f32>(values, values, 2, 3, 2, 3))
    low = f64x2.add(low, f64x2.mul(first, first))
    high = f64x2.add(high, f64x2.mul(second, second))
  }
  const sums = f64x2.add(low, high)
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)
  for (; at < end; at += 4) {
    const value = <f64>load<f32>(at)
    sum += value * value
  }

  const scale = <f32>(1 / Math.sqrt(sum / n + epsilon))
  const scales = f32x4.splat(scale)
  for (at = x; at < vectorsEnd; at += 16) {
    v128.store(out, f32x4.mul(f32x4.mul(v128.load(at), scales), v128.load(weight)))
    weight += 16
    out += 16
  }
  for (; at < end; at += 4) {
    store<f32>(out, load<f32>(at) * scale * load<f32>(weight))
    weight += 4
    out += 4
  }
}
