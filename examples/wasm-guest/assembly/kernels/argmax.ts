import { bytesOf } from '../bytesOf'

/** The index of the greatest of `n` f32 values, at least one; of equal ones the first. */
export function argmax(x: usize, n: i32): i32 {
  let best = 0
  for (let i = 1; i < n; i++) {
    if (load<f32>(x + bytesOf(i)) > load<f32>(x + bytesOf(best))) best = i
  }
  return best
}
