import assert from 'node:assert/strict'
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cachedTestModel } from '../cachedTestModel.js'
import { readPage } from '../docs/readPage.js'
import { askServer, bin, newProject, run } from './runApp.js'

describe('Frameworks, as their pages of the documentation have them', function () {
  this.timeout(300_000)
  cachedTestModel()
  const project = newProject()
  after(() => rmSync(project, { recursive: true }))

  /**
   * @param {string} page
   * @returns {string} the folder with its files
   */
  function appOf(page) {
    const folder = join(project, page)
    for (const { name, content } of readPage(page).files) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    return folder
  }

  it('NestJS', async () => {
    const answer = await askServer(appOf('nestjs'), () => [bin('tsx'), 'main.ts'], '/answer')
    assert.equal(answer, 'The capital of France is Paris.')
  })

  describe('Next.js', () => {
    let app = ''
    before(() => {
      app = appOf('nextjs')
      cpSync(join(project, 'next'), app, { recursive: true })
    })

    /** @param {string} command */
    const next = (command) => (/** @type {string} */ port) => [
      bin('next'),
      command,
      '--hostname',
      '127.0.0.1',
      '--port',
      port,
    ]

    async function answer(command = 'start') {
      assert.equal(await askServer(app, next(command), '/api/answer'), 'The capital of France is Paris.')
    }

    it('in development', () => answer('dev'))

    it('built', async () => {
      run(app, [bin('next'), 'build'])
      await answer()
    })

    it('built, for clients of OpenAI', async () => {
      const messages = [{ role: 'user', content: 'What is the capital of France?' }]
      const body = JSON.stringify({ messages, temperature: 0 })
      const told = await askServer(app, next('start'), '/v1/chat/completions', { method: 'POST', body })
      assert.equal(JSON.parse(told).choices?.[0].message.content, 'The capital of France is Paris.', told)
    })

    for (const [name, flags] of Object.entries({ Turbopack: [], webpack: ['--webpack'] })) {
      it(`built by ${name}, with this package in the bundle`, async () => {
        writeFileSync(join(app, 'next.config.mjs'), 'export default {}')
        rmSync(join(app, '.next'), { recursive: true, force: true })
        run(app, [bin('next'), 'build', ...flags])
        await answer()
      })
    }
  })
})
