import assert from 'node:assert/strict'
import { labelShares } from '../../js-bindings/lib/decisions/labelShares.js'

const label = (probability, ...tokens) => ({ tokens, logprob: Math.log(probability) })
const near = (actual, expected) => {
  assert.equal(actual.length, expected.length)
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]) < 1e-12, JSON.stringify([actual, expected]))
  })
}

describe('The shares of labels', () => {
  it('are the softmax of their log-probabilities, however small these are', () => {
    near(labelShares([label(0.3, 1), label(0.1, 2)]), [0.75, 0.25])
    const far = [-2000, -2001].map((logprob, i) => ({ tokens: [i], logprob }))
    near(labelShares(far), [1 / (1 + Math.exp(-1)), 1 / (1 + Math.E)])
  })

  it('leave to a label what does not go on with another one', () => {
    // 1, 10 and 100 of the tokens 1 and 0, and 2: of what begins with 1, half goes on with 0.
    near(
      labelShares([label(0.4, 1), label(0.2, 1, 0), label(0.05, 1, 0, 0), label(0.1, 2)]),
      [0.4, 0.3, 0.1, 0.2],
    )
    // With a token of its own, 10 is no part of what begins with the token 1.
    near(labelShares([label(0.4, 1), label(0.1, 10)]), [0.8, 0.2])
  })

  it('are alike where no label can come', () => {
    near(labelShares([-Infinity, -Infinity].map((logprob, i) => ({ tokens: [i], logprob }))), [0.5, 0.5])
  })
})
