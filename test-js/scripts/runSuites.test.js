import { deepEqual, equal, rejects } from 'node:assert/strict'
import { runBeside } from '../../js-bindings/scripts/runSuites.js'

describe('Suites beside each other', () => {
  it('take the place of one that has ended, and give what they gave in their order', async () => {
    /** @type {((value: string) => void)[]} */
    const ends = []
    const suite = () => new Promise((resolve) => ends.push(resolve))
    const all = runBeside([suite, suite, suite, suite], 2)
    equal(ends.length, 2)
    ends[1]('second')
    while (ends.length < 3) await new Promise(setImmediate)
    ends[2]('third')
    while (ends.length < 4) await new Promise(setImmediate)
    ends[0]('first')
    ends[3]('fourth')
    deepEqual(await all, ['first', 'second', 'third', 'fourth'])
  })

  it('fail where one cannot begin', async () => {
    await rejects(
      runBeside(
        [
          async () => 1,
          async () => {
            throw new Error('no Maven')
          },
        ],
        1,
      ),
      /no Maven/,
    )
  })
})
