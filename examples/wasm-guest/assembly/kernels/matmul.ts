import { bytesOf } from '../bytesOf'
import { dot } from './dot'

/**
 * `out[t][r] = sum_c x[t][c] * w[r][c]`: each row of the weights is read once for all tokens.
 *
 * @param out (tokens, rows)
 * @param x (tokens, columns)
 * @param w (rows, columns)
 */
export function matmul(out: usize, x: usize, w: usize, tokens: i32, rows: i32, columns: i32): void {
  const rowBytes = bytesOf(columns)
  for (let r = 0; r < rows; r++) {
    for (let t = 0; t < tokens; t++) {
      store<f32>(out + bytesOf(t * rows + r), dot(x + <usize>t * rowBytes, w, columns))
    }
    w += rowBytes
  }
}
