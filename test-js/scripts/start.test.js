import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cachedTestModel } from '../cachedTestModel.js'

const SCRIPT = fileURLToPath(new URL('../../js-bindings/scripts/start.js', import.meta.url))

describe('npm start, where everything is set up', function () {
  this.timeout(300_000)
  cachedTestModel()

  it('answers the question and says nothing else', async () => {
    const args = [SCRIPT, 'What is the capital of France?']
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 240_000 })
    assert.equal(stdout, 'The capital of France is Paris.\n')
    assert.equal(stderr, '')
  })

  it('chats where no question is asked', async () => {
    const running = promisify(execFile)(process.execPath, [SCRIPT], { timeout: 240_000 })
    running.child.stdin?.end('/exit\n')
    const { stdout, stderr } = await running
    assert.equal(stdout, '')
    assert.equal(stderr, '')
  })
})
