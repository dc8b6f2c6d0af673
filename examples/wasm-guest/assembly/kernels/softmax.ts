import { bytesOf } from '../bytesOf'
import { exp } from './exp'

/** Replaces `n` f32 values, at least one, by `e^(x[i] - max x) / sum_j e^(x[j] - max x)`. */
export function softmax(x: usize, n: i32): void {
  const end = x + bytesOf(n)
  const vectorsEnd = x + bytesOf(n & ~3)
  const max = maximum(x, vectorsEnd, end)
  const maxima = f32x4.splat(max)

  let sums = f32x4.splat(0)
  let at = x
  for (; at < vectorsEnd; at += 16) {
    const power = exp(f32x4.sub(v128.load(at), maxima))
    v128.store(at, power)
    sums = f32x4.add(sums, power)
  }
  let sum =
    f32x4.extract_lane(sums, 0) +
    f32x4.extract_lane(sums, 1) +
    f32x4.extract_lane(sums, 2) +
    f32x4.extract_lane(sums, 3)
  for (; at < end; at += 4) {
    const power = f32x4.extract_lane(exp(f32x4.splat(load<f32>(at) - max)), 0)
    store<f32>(at, power)
    sum += power
  }

  for (at = x; at < vectorsEnd; at += 16) v128.store(at, f32x4.div(v128.load(at), f32x4.splat(sum)))
  for (; at < end; at += 4) store<f32>(at, load<f32>(at) / sum)
}

function maximum(x: usize, vectorsEnd: usize, end: usize): f32 {
  let maxima = f32x4.splat(load<f32>(x))
  for (; x < vectorsEnd; x += 16) maxima = f32x4.max(maxima, v128.load(x))
  let max = f32x4.extract_lane(maxima, 0)
  max = Mathf.max(max, f32x4.extract_lane(maxima, 1))
  max = Mathf.max(max, f32x4.extract_lane(maxima, 2))
  max = Mathf.max(max, f32x4.extract_lane(maxima, 3))
  for (; x < end; x += 4) max = Mathf.max(max, load<f32>(x))
  return max
}
