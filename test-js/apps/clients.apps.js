import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { withServer } from '../server/withServer.js'
import { conformanceTable, withTable } from './conformanceTable.js'

/** The clients, by the programs that try them. */
const CLIENTS = {
  'openai.mjs': 'openai',
  'openai_client.py': 'openai (Python)',
  'aiSdk.mjs': 'ai',
  'langchain.mjs': '@langchain',
  'llamaindex.mjs': 'llamaindex',
  'litellm_client.py': 'litellm',
  'anthropic.mjs': '@anthropic-ai/sdk',
  'ollama.mjs': 'ollama',
}

const page = new URL('../../docs/server.md', import.meta.url)

describe('Clients of the server', function () {
  this.timeout(300_000)
  const served = withServer((own) => ({ models: { ...own, 'gpt-4o-mini': own.tiny } }))
  /** @type {Record<string, import('./conformanceTable.js').Outcome[]>} */
  const outcomes = {}

  for (const [program, client] of Object.entries(CLIENTS)) {
    it(`${client} works unchanged`, async () => {
      const {
        REALM_TEST_CLIENTS: folder,
        REALM_TEST_CLIENTS_NODE: node,
        REALM_TEST_CLIENTS_PYTHON: python,
      } = process.env
      const runner = program.endsWith('.py') ? python : node
      const child = spawn(String(runner), [join(String(folder), program)], {
        env: {
          ...process.env,
          REALM_URL: served.url,
          LITELLM_LOCAL_MODEL_COST_MAP: 'True',
          AI_SDK_LOG_WARNINGS: 'false',
        },
        timeout: 240_000,
        killSignal: 'SIGKILL',
      })
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
      const last = stdout.trim().split('\n').at(-1) ?? ''
      assert.ok(last.startsWith('['), `${stdout}${stderr}`)
      outcomes[client] = JSON.parse(last)
      const failures = outcomes[client].filter(({ outcome }) => outcome === 'fails')
      assert.deepEqual(failures, [])
      assert.ok(outcomes[client].length > 0)
    })
  }

  it('are as docs/server.md has them (npm run test:apps -- clients --write)', () => {
    assert.equal(Object.keys(outcomes).length, Object.keys(CLIENTS).length)
    const before = readFileSync(page, 'utf8')
    const after = withTable(before, conformanceTable(outcomes))
    if (process.env.REALM_TEST_WRITE === 'true') writeFileSync(page, after)
    else assert.equal(before, after)
    assert.ok(existsSync(page))
  })
})
