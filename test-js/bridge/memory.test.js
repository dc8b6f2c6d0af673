import { deepEqual } from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { rounds } from '../fixture/rounds.js'

describe('The memory of the process', () => {
  it('does not grow while one model after another comes and goes', function () {
    this.timeout(300_000)
    const program = fileURLToPath(new URL('measureMemory.js', import.meta.url))
    const { status, stderr, stdout } = spawnSync(process.execPath, [program, '', String(rounds(25, 100))], {
      encoding: 'utf8',
    })
    deepEqual([status, stderr], [0, ''], stdout)
  })
})
