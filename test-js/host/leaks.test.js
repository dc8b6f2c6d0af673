import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { rounds } from '../fixture/rounds.js'

const PROGRAM = fileURLToPath(new URL('fixture/leakProgram.js', import.meta.url))

/** Cycles of each kind. What one of them holds, as a KV cache or a thread, would show many times over. */
const CYCLES = rounds(100, 1000)

/** Bytes by which the resident memory may grow: what the collectors have not given back. */
const MEMORY = 64 << 20

/**
 * Runs cycles in a process of its own, and checks what they leave.
 *
 * @param {string} kind
 * @param {number} count
 * @param {string[]} [more] `leave` closes nothing
 */
async function checkCycles(kind, count, ...more) {
  const args = ['--expose-gc', PROGRAM, kind, String(count), ...more]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  const { empty, left, held, heldAfter, system, systemAfter } = JSON.parse(stdout)
  assert.deepEqual(heldAfter, held, 'what the host holds after the cycles')
  assert.deepEqual(left, empty, 'what the host holds in the end')
  const grown = (name) => systemAfter[name] - system[name]
  assert.ok(grown('threads') < 10, `threads: ${system.threads}, then ${systemAfter.threads}`)
  assert.ok(grown('files') < 10, `files: ${system.files}, then ${systemAfter.files}`)
  assert.ok(grown('mappings') < 100, `mappings: ${system.mappings}, then ${systemAfter.mappings}`)
  assert.ok(grown('resident') < MEMORY, `bytes: ${system.resident}, then ${systemAfter.resident}`)
}

describe('Guests and stored models leave nothing behind', () => {
  before(function () {
    if (process.platform !== 'linux') this.skip() // What a process holds is read from /proc.
  })

  for (const [kind, what] of [
    ['guests', 'made, run and closed'],
    ['storage', 'stored, read, run and removed'],
  ]) {
    it(`${CYCLES} times ${what}`, () => checkCycles(kind, CYCLES)).timeout(120_000)

    it(`and it is seen where they are ${what.replace(/(\w+)$/, 'not $1')}`, () =>
      assert.rejects(checkCycles(kind, 20, 'leave'), /what the host holds/))
  }
})
