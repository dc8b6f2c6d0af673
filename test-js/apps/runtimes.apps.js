import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bin, installed, newProject, run } from './runApp.js'

const PARTS = [
  'a text',
  'a model from bytes',
  'a stream, and one that is left early',
  'signals',
  'errors by code',
  'memory of the engine',
  'workers',
  'the same classes from import and require',
  'guests in threads',
]

describe('Runtimes of JavaScript', function () {
  this.timeout(300_000)
  const project = newProject()
  after(() => rmSync(project, { recursive: true }))

  for (const [name, command] of Object.entries({
    Node: [process.execPath],
    Bun: [bin('bun')],
    Deno: [bin('deno'), 'run', '--allow-all'],
  })) {
    it(`${name} has all that the package wants, and exits in the middle of a text`, () => {
      const output = run(project, [...command, 'runtime.mjs'], {
        code: 7,
        env: { DENO_NO_UPDATE_CHECK: '1' },
      })
      assert.deepEqual(output.trim().split('\n'), PARTS)
    })
  }

  it('tsx runs TypeScript', () => {
    assert.match(run(project, [bin('tsx'), 'paris.ts']), /Paris/)
  })

  it('Bun and Deno run TypeScript', () => {
    assert.match(run(project, [bin('bun'), 'paris.ts']), /Paris/)
    assert.match(run(project, [bin('deno'), 'run', '--allow-all', 'paris.ts']), /Paris/)
  })

  it('Deno asks for nothing with the permissions that the documentation names', () => {
    const allowed = ['--allow-ffi', '--allow-read', '--allow-env', '--allow-sys']
    assert.match(run(project, [bin('deno'), 'run', '--no-prompt', ...allowed, 'paris.mjs']), /Paris/)
  })

  it('Bun puts a program and itself into one file, which runs beside the installed package', () => {
    const program = join(installed, 'compiled-by-bun')
    run(project, [bin('bun'), 'build', 'paris.mjs', '--compile', '--outfile', program])
    assert.match(run(tmpdir(), [program]), /Paris/)
    rmSync(program)
  })
})
