/**
 * The bits of the half float (IEEE 754 binary16) nearest to a number; of two as near, the even one.
 *
 * @param {number} value finite
 */
export function toHalf(value) {
  const [bits] = new Uint32Array(Float32Array.of(value).buffer)
  const sign = (bits >>> 16) & 0x8000
  // Below the least normal half the steps get no smaller.
  const exponent = Math.max(((bits >>> 23) & 0xff) - 127, -14)
  const steps = Math.abs(value) / 2 ** (exponent - 10)
  const lower = Math.floor(steps)
  const isUp = steps - lower > 0.5 || (steps - lower === 0.5 && lower % 2 === 1)
  return sign | Math.min((exponent + 14) * 1024 + lower + Number(isUp), 0x7c00)
}
