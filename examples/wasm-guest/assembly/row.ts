import { bytesOf } from './bytesOf'

/** The address of a row of an f32 matrix. */
export function row(matrix: usize, index: i32, width: i32): usize {
  return matrix + bytesOf(index * width)
}
