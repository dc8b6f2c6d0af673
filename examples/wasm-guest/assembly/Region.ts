import { bytesOf } from './bytesOf'

/**
 * The memory of a model, in one piece: the allocator doubles the guest's memory when it grows for many small ones, but
 * takes no more than it needs for a large one.
 */
export class Region {
  private start: usize
  private next: usize

  /** @param values f32 values that it has room for */
  constructor(values: i32) {
    this.start = heap.alloc(bytesOf(values))
    this.next = this.start
  }

  /** The address of room for `values` more f32 values. */
  take(values: i32): usize {
    const address = this.next
    this.next += bytesOf(values)
    return address
  }

  free(): void {
    heap.free(this.start)
  }
}
