import { bytesOf } from './bytesOf'
import { realm_get_tensor, realm_get_tensor_range } from './env'
import { fail, MODEL_INVALID, succeed, TENSOR_NOT_FOUND } from './failure'

/** Reads a tensor of `count` values, as f32; its name is UTF-8. */
export function readTensor(model: i32, name: ArrayBuffer, out: usize, count: i32): void {
  const bytes = bytesOf(count)
  const read = realm_get_tensor(model, changetype<usize>(name), name.byteLength, out, bytes)
  if (<usize>succeed(read) != bytes) fail(MODEL_INVALID)
}

/** Reads rows of a matrix, `width` values each, as f32. */
export function readRows(model: i32, name: ArrayBuffer, first: i32, rows: i32, width: i32, out: usize): void {
  const count = rows * width
  succeed(
    realm_get_tensor_range(
      model,
      changetype<usize>(name),
      name.byteLength,
      <u64>first * <u64>width,
      count,
      out,
      bytesOf(count),
    ),
  )
}

/** Whether the model has a tensor. */
export function hasTensor(model: i32, name: ArrayBuffer): bool {
  const result = realm_get_tensor_range(model, changetype<usize>(name), name.byteLength, 0, 0, 0, 0)
  if (result == TENSOR_NOT_FOUND) return false
  succeed(result)
  return true
}
