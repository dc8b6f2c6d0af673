// The kernels alone, for tests.

export { argmax } from './argmax'
export { axpy } from './axpy'
export { dot } from './dot'
export { matmul } from './matmul'
export { rmsNorm } from './rmsNorm'
export { rope } from './rope'
export { softmax } from './softmax'
export { swiglu } from './swiglu'

/** Memory for `bytes`, at a multiple of 16. */
export function allocate(bytes: usize): usize {
  return heap.alloc(bytes)
}
