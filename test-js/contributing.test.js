import { deepEqual, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'

const read = (/** @type {string} */ file) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')

describe('CONTRIBUTING', () => {
  it('gives the reason for each npm package', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json'))
    const names = Object.keys({ ...dependencies, ...devDependencies })
    const rows = read('CONTRIBUTING.md')
    ok(names.length > 0)
    const missing = names.filter((name) => !name.startsWith('@types/') && !rows.includes(`\`${name}\``))
    deepEqual(missing, [])
  })

  it('names only commands that there are', () => {
    const { scripts } = JSON.parse(read('package.json'))
    const named = [...read('CONTRIBUTING.md').matchAll(/npm run (\w+)/g)].map(([, name]) => name)
    ok(named.length > 0)
    deepEqual(
      named.filter((name) => !(name in scripts)),
      [],
    )
  })
})
