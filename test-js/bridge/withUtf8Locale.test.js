import { deepEqual, equal, rejects } from 'node:assert/strict'
import { withUtf8Locale } from '../../js-bindings/lib/bridge/withUtf8Locale.js'

const NAMES = ['LC_ALL', 'LC_CTYPE', 'LANG']

describe('withUtf8Locale', () => {
  const usual = NAMES.map((name) => process.env[name])

  /** @param {(string | undefined)[]} values of LC_ALL, LC_CTYPE and LANG */
  function set(values) {
    for (const [index, name] of NAMES.entries()) {
      if (values[index] === undefined) delete process.env[name]
      else process.env[name] = values[index]
    }
  }
  afterEach(() => set(usual))

  const locale = () => withUtf8Locale(async () => process.env.LC_ALL)

  it('names one where there is none or another, and gives back what was there', async () => {
    for (const values of [[], ['C'], [undefined, 'POSIX'], ['', '', 'de_DE.ISO-8859-1'], ['C', 'C.UTF-8']]) {
      set(values)
      const before = NAMES.map((name) => process.env[name])
      equal(await locale(), 'C.UTF-8')
      deepEqual(
        NAMES.map((name) => process.env[name]),
        before,
      )
    }
  })

  it('leaves one that there is', async () => {
    for (const values of [['C.UTF-8'], [undefined, 'en_US.utf8', 'C'], ['', '', 'de_DE.UTF-8']]) {
      set(values)
      equal(await locale(), values[0])
    }
  })

  it('gives it back after a failure too', async () => {
    set(['C'])
    await rejects(
      withUtf8Locale(async () => {
        throw new Error('of a test')
      }),
    )
    equal(process.env.LC_ALL, 'C')
  })
})
