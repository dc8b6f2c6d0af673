import { deepEqual } from 'node:assert/strict'
import { summarize } from '../../js-bindings/scripts/summarize.js'

const good = { passed: 2, failed: 0, skips: [], finished: true }

describe('The sums of npm test', () => {
  it('add up all runners', () => {
    const other = { ...good, passed: 3, skips: ['a: no model'] }
    deepEqual(summarize([good, good]), { line: '4 passed, 0 failed', succeeded: true })
    deepEqual(summarize([good, other]), { line: '5 passed, 0 failed, 1 skipped', succeeded: true })
  })

  it('fail with a failed test', () => {
    const bad = { ...good, failed: 2, finished: false }
    deepEqual(summarize([good, bad]), { line: '4 passed, 2 failed', succeeded: false })
  })

  it('fail with a runner that broke down without naming a failed test', () => {
    deepEqual(summarize([good, { ...good, finished: false }]), {
      line: '4 passed, 1 failed',
      succeeded: false,
    })
  })

  it('fail if a runner ran no test', () => {
    const none = { ...good, passed: 0 }
    deepEqual(summarize([good, none]), { line: '2 passed, 0 failed', succeeded: false })
  })
})
