import { exp } from './exp'

/** SwiGLU (Shazeer 2020): `gate[i] = silu(gate[i]) * up[i]` for `n` f32 values, where `silu(g) = g / (1 + e^-g)`. */
export function swiglu(gate: usize, up: usize, n: i32): void {
  let i = 0
  for (; i <= n - 4; i += 4) {
    v128.store(gate, f32x4.mul(silu(v128.load(gate)), v128.load(up)))
    gate += 16
    up += 16
  }
  for (; i < n; i++) {
    const activated = f32x4.extract_lane(silu(f32x4.splat(load<f32>(gate))), 0)
    store<f32>(gate, activated * load<f32>(up))
    gate += 4
    up += 4
  }
}

function silu(g: v128): v128 {
  return f32x4.div(g, f32x4.add(f32x4.splat(1), exp(f32x4.neg(g))))
}
