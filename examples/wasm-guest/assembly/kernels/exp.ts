// ln 2 in two parts: the first has so few bits that its product with an exponent is exact (Cody and Waite 1980).
const LN2_HIGH: f32 = 0.693359375
const LN2_LOW: f32 = -2.1219444e-4

// Below and above these, e^x is 0 and infinity in f32.
const LEAST: f32 = -104
const MOST: f32 = 89

/**
 * e^x in four lanes, to 2 units in the last place: `e^x = 2^n e^r` with `|r| <= ln(2) / 2`, and e^r by its Taylor
 * polynomial of degree 7.
 */
export function exp(x: v128): v128 {
  // They keep NaN.
  x = f32x4.max(f32x4.min(x, f32x4.splat(MOST)), f32x4.splat(LEAST))
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(<f32>Math.LOG2E)))
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(LN2_HIGH)))
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(LN2_LOW)))

  let p = f32x4.splat(1.0 / 5040)
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 720))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 120))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 24))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.0 / 6))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(0.5))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1))
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1))

  // In two factors: 2^n alone overflows where e^x does not yet, and vanishes where it is still a denormal.
  const exponent = i32x4.trunc_sat_f32x4_s(n)
  const half = i32x4.shr_s(exponent, 1)
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(exponent, half)))
}

/** 2^n in four lanes, for n from -126 to 127. */
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23)
}
