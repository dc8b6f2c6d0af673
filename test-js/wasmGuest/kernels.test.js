import assert from 'node:assert/strict'
import { loadKernels } from './loadKernels.js'

// What is expected is computed here, in 64-bit floats, by the formulas.

const SIZES = [1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 31, 33, 64, 100, 576, 1001]

/** Half the distance of two neighbouring f32 values, relative to them. */
const ROUNDING = 2 ** -24

const DENORMAL = 1e-40
const LARGEST = 3.4028234663852886e38

/** Always the same values, from -1 to 1. */
function values(/** @type {number} */ n, scale = 1, seed = n) {
  let state = seed
  return Float32Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state / 2 ** 31 - 1) * scale
  })
}

const sum = (/** @type {Iterable<number>} */ terms) => [...terms].reduce((total, term) => total + term, 0)

/**
 * @param {Float32Array} actual
 * @param {ArrayLike<number>} expected
 * @param {{ relative: number, absolute?: number }} tolerance
 */
function assertClose(actual, expected, { relative, absolute = 0 }) {
  actual.forEach((value, i) => {
    const exact = expected[i]
    const isSame = Object.is(value, exact) || (value === 0 && exact === 0)
    assert.ok(
      isSame || Math.abs(value - exact) <= relative * Math.abs(exact) + absolute,
      `value ${i} is ${value}, expected ${exact}`,
    )
  })
}

describe("The guest's kernels", () => {
  /** @type {Awaited<ReturnType<typeof loadKernels>>['run']} */
  let run

  before(async function () {
    this.timeout(120_000) // The guest may have to be built.
    run = (await loadKernels()).run
  })

  describe('dot', () => {
    const exact = (/** @type {Float32Array} */ x, /** @type {Float32Array} */ y) =>
      sum(Float64Array.from(x, (value, i) => value * y[i]))

    for (const n of [0, ...SIZES]) {
      it(`sums ${n} products`, () => {
        const [x, y] = [values(n), values(n, 3, 99)]
        const magnitude = sum(Float64Array.from(x, (value, i) => Math.abs(value * y[i])))
        const error = Math.abs(run('dot', x, y, n) - exact(x, y))
        assert.ok(error <= (n / 16 + 8) * ROUNDING * magnitude, `${error}`)
      })
    }

    it('keeps denormals, infinities and NaN', () => {
      const ones = new Float32Array(19).fill(1)
      const of = (/** @type {number} */ value, /** @type {number} */ at) => {
        const x = new Float32Array(19)
        x[at] = value
        return run('dot', x, ones, 19)
      }
      for (const at of [0, 7, 15, 16, 18]) {
        assert.equal(of(DENORMAL, at), Math.fround(DENORMAL))
        assert.equal(of(-LARGEST, at), -LARGEST)
        assert.equal(of(Infinity, at), Infinity)
        assert.ok(Number.isNaN(of(Number.NaN, at)))
      }
    })
  })

  describe('axpy', () => {
    for (const n of SIZES) {
      it(`adds ${n} multiples, each rounded as f32`, () => {
        const [y, x, a] = [values(n), values(n, 5, 7), Math.fround(0.3)]
        const expected = y.map((value, i) => value + Math.fround(a * x[i]))
        run('axpy', y, a, x, n)
        assert.deepEqual(y, expected)
      })
    }

    it('takes extremes', () => {
      const y = Float32Array.of(LARGEST, -Infinity, DENORMAL, 0, LARGEST)
      run('axpy', y, 1, Float32Array.of(LARGEST, 1, DENORMAL, -0, -LARGEST), 5)
      assert.deepEqual(y, Float32Array.of(Infinity, -Infinity, 2 * Math.fround(DENORMAL), 0, 0))
    })
  })

  describe('matmul', () => {
    for (const [tokens, rows, columns] of [
      [1, 1, 1],
      [1, 7, 33],
      [3, 5, 18],
      [16, 9, 64],
      [5, 33, 101],
    ]) {
      it(`multiplies ${tokens} tokens by ${rows} x ${columns} weights`, () => {
        const out = new Float32Array(tokens * rows)
        const [x, w] = [values(tokens * columns), values(rows * columns, 2, 5)]
        run('matmul', out, x, w, tokens, rows, columns)
        const expected = Float64Array.from(out, (_, at) => {
          const [t, r] = [Math.floor(at / rows), at % rows]
          return sum(Array.from({ length: columns }, (_, c) => x[t * columns + c] * w[r * columns + c]))
        })
        assertClose(out, expected, { relative: 0, absolute: 2 * columns * ROUNDING })
      })
    }
  })

  describe('rmsNorm', () => {
    const exact = (
      /** @type {Float32Array} */ x,
      /** @type {Float32Array} */ weight,
      /** @type {number} */ epsilon,
    ) => {
      const root = Math.sqrt(sum(Float64Array.from(x, (value) => value * value)) / x.length + epsilon)
      return Float64Array.from(x, (value, i) => (value / root) * weight[i])
    }

    for (const n of SIZES) {
      it(`norms ${n} values`, () => {
        const [x, weight, out] = [values(n, 4), values(n, 2, 3), new Float32Array(n)]
        const epsilon = Math.fround(1e-5)
        run('rmsNorm', out, x, weight, epsilon, n)
        assertClose(out, exact(x, weight, epsilon), { relative: 4 * ROUNDING })
      })
    }

    it('takes the largest values, denormals and zeros', () => {
      for (const value of [LARGEST, 1e20, 1e-20, 0]) {
        const [x, weight] = [new Float32Array(9).fill(value), values(9)]
        const out = new Float32Array(9)
        run('rmsNorm', out, x, weight, Math.fround(1e-5), 9)
        assertClose(out, exact(x, weight, Math.fround(1e-5)), { relative: 4 * ROUNDING })
      }
      const out = new Float32Array(9)
      run('rmsNorm', out, new Float32Array(9).fill(DENORMAL), values(9), Math.fround(1e-5), 9)
      const expected = exact(new Float32Array(9).fill(DENORMAL), values(9), Math.fround(1e-5))
      assertClose(out, expected, { relative: 4 * ROUNDING, absolute: 2 ** -149 })
    })
  })

  describe('rope', () => {
    for (const n of [2, 4, 6, 10, 64, 66]) {
      it(`turns the neighbours among ${n} values`, () => {
        const x = values(n, 3)
        const angles = Array.from({ length: n / 2 }, (_, i) => 17 * 10000 ** ((-2 * i) / n))
        const cos = Float32Array.from({ length: n }, (_, i) => Math.cos(angles[i >> 1]))
        const sin = Float32Array.from({ length: n }, (_, i) => (i % 2 ? 1 : -1) * Math.sin(angles[i >> 1]))
        const expected = Float64Array.from(x, (value, i) => {
          const angle = angles[i >> 1]
          return i % 2
            ? x[i - 1] * Math.sin(angle) + value * Math.cos(angle)
            : value * Math.cos(angle) - x[i + 1] * Math.sin(angle)
        })
        run('rope', x, cos, sin, n)
        assertClose(x, expected, { relative: 0, absolute: 3 * 4 * ROUNDING })
      })
    }

    it('leaves all as it is at position 0, also extremes', () => {
      const x = Float32Array.of(LARGEST, -LARGEST, DENORMAL, -DENORMAL, 1, 0)
      run('rope', x, new Float32Array(6).fill(1), Float32Array.of(-0, 0, -0, 0, -0, 0), 6)
      assert.deepEqual(
        Array.from(x, (value) => value + 0),
        Array.from(Float32Array.of(LARGEST, -LARGEST, DENORMAL, -DENORMAL, 1, 0)),
      )
    })
  })

  describe('softmax', () => {
    const exact = (/** @type {Float32Array} */ x) => {
      const max = Math.max(...x)
      const powers = Float64Array.from(x, (value) => Math.exp(value - max))
      return powers.map((power) => power / sum(powers))
    }

    for (const n of SIZES) {
      it(`turns ${n} scores into probabilities`, () => {
        const x = values(n, 20)
        const expected = exact(x)
        run('softmax', x, n)
        // The rounding of a score's difference from the greatest, at most 40, is an error of its power.
        assertClose(x, expected, { relative: 48 * ROUNDING })
        assert.ok(Math.abs(sum(x) - 1) < 1e-6)
      })
    }

    it('takes extremes', () => {
      for (const scores of [
        [5, 5, 5, 5, 5],
        [-Infinity, 0, -Infinity, 1, -Infinity, 2],
        [LARGEST, -LARGEST, 0, 1, 2, 3, 4],
        [-LARGEST, -LARGEST],
        [0, -86, -87, -88, -95, -103, -104, -200],
        [DENORMAL, -DENORMAL, 0],
      ]) {
        const x = Float32Array.from(scores)
        const expected = exact(x)
        run('softmax', x, x.length)
        // Denormal probabilities have few digits.
        assertClose(x, expected, { relative: 8 * ROUNDING, absolute: 2 * 2 ** -149 })
      }
      const unknown = Float32Array.of(0, Number.NaN, 1, 2, 3)
      run('softmax', unknown, 5)
      assert.ok(unknown.every(Number.isNaN))
    })
  })

  describe('swiglu', () => {
    const exact = (/** @type {Float32Array} */ gate, /** @type {Float32Array} */ up) =>
      Float64Array.from(gate, (g, i) => (g / (1 + Math.exp(-g))) * up[i])

    for (const n of SIZES) {
      it(`gates ${n} values`, () => {
        const [gate, up] = [values(n, 30), values(n, 2, 4)]
        const expected = exact(gate, up)
        run('swiglu', gate, up, n)
        assertClose(gate, expected, { relative: 8 * ROUNDING })
      })
    }

    it('takes extremes', () => {
      const gate = Float32Array.of(LARGEST, 100, 88, -88, -89, -104, -LARGEST, 0, DENORMAL, Infinity)
      const up = new Float32Array(gate.length).fill(1)
      const expected = exact(gate, up)
      run('swiglu', gate, up, gate.length)
      // From -89 down e^-g is infinite in f32.
      assertClose(gate, expected, { relative: 8 * ROUNDING, absolute: 1e-36 })
    })
  })

  describe('argmax', () => {
    it('finds the first of the greatest', () => {
      assert.equal(run('argmax', Float32Array.of(-3), 1), 0)
      assert.equal(run('argmax', Float32Array.of(-3, -1, -2, -1), 4), 1)
      assert.equal(run('argmax', Float32Array.of(-Infinity, -LARGEST, -Infinity), 3), 1)
      assert.equal(run('argmax', Float32Array.of(1, 2, Infinity, 3), 4), 2)
    })
  })
})
