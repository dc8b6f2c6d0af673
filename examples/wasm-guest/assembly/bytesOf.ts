/** The bytes of so many values of 32 bits. */
export function bytesOf(values: i32): usize {
  return (<usize>values) << 2
}
