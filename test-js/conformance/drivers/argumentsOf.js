/** Names of functions that take 64 bits, each with the place of that parameter. */
const LONG = new Map([['realm_get_tensor_range', 3]])

/**
 * Arguments as WebAssembly takes and gives them: BigInts for i64, numbers for i32.
 *
 * @param {string} name of the function
 * @param {bigint[]} args
 */
export function argumentsOf(name, args) {
  return args.map((arg, index) =>
    LONG.get(name) === index ? BigInt.asIntN(64, arg) : Number(BigInt.asIntN(32, arg)),
  )
}
