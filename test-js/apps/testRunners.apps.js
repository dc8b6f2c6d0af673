import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bin, newProject, run } from './runApp.js'

describe('Test runners', function () {
  this.timeout(300_000)
  const project = newProject()
  after(() => rmSync(project, { recursive: true }))

  for (const pool of ['forks', 'threads', 'vmThreads', 'vmForks']) {
    it(`vitest, in its pool ${pool}`, () => {
      const output = run(project, [bin('vitest'), 'run', '--pool', pool, '--dir', '.'], {
        env: { NO_COLOR: '1' },
      })
      assert.match(output, /Tests +1 passed/)
    })
  }

  for (const [kind, env] of Object.entries({ cjs: {}, mjs: { NODE_OPTIONS: '--experimental-vm-modules' } })) {
    it(`jest, with tests in ${kind === 'cjs' ? 'CommonJS, as it runs them by default' : 'ES modules'}`, () => {
      const config = { testMatch: [`**/runner.jest.${kind}`], moduleFileExtensions: ['js', 'cjs', 'mjs'] }
      writeFileSync(join(project, 'jest.config.json'), JSON.stringify(config))
      const output = run(project, [bin('jest'), '--config', 'jest.config.json'], {
        env: { NO_COLOR: '1', ...env },
      })
      assert.match(output, /Tests: +1 passed/)
    })
  }
})
