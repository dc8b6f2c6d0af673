import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { withTinyModel } from '../fixture/withTinyModel.js'

const chatTemplate = readFileSync(new URL('../jinja/golden/templates/qwen3.jinja', import.meta.url), 'utf8')

describe('The example mcp-agent', function () {
  this.timeout(60_000)
  const file = withTinyModel({
    metadata: [
      ['llama.context_length', 'u32', 4096],
      ['tokenizer.chat_template', 'string', chatTemplate],
    ],
  })

  it('has a server of MCP answer what the model calls', async () => {
    const path = fileURLToPath(new URL('../../examples/mcp-agent/agent.js', import.meta.url))
    const args = [path, 'What time is it in Paris?', file.path]
    const { stderr } = await promisify(execFile)(process.execPath, args, {
      timeout: 50_000,
      killSignal: 'SIGKILL',
    })
    assert.match(stderr, /^calls time \{"zone":"(Europe\/Paris|Asia\/Tokyo)".*\}\nis told \d\d:\d\d:\d\d\n/)
  })
})
