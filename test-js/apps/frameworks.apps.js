import assert from 'node:assert/strict'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cachedTestModel } from '../cachedTestModel.js'
import { readPage } from '../docs/readPage.js'
import { withBrowser } from '../page/withBrowser.js'
import { eventsOf } from '../server/withServer.js'
import { askServer, bin, newProject, run, startServer } from './runApp.js'

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

    describe('the example', () => {
      /** @type {Awaited<ReturnType<typeof startServer>>} */
      let server
      before(async () => {
        const folder = join(project, 'example')
        cpSync(fileURLToPath(new URL('../../examples/nextjs', import.meta.url)), folder, { recursive: true })
        const cache = mkdtempSync(join(tmpdir(), 'realm-cache-'))
        run(folder, [bin('next'), 'build'], { env: { XDG_CACHE_HOME: cache } })
        assert.deepEqual(readdirSync(cache), [], 'a build loads no model')
        rmSync(cache, { recursive: true })
        server = await startServer(folder, next('start'))
      })
      after(() => server?.stop())

      const ask = (/** @type {object} */ body) =>
        fetch(`${server.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body) })
      const question = {
        messages: [{ role: 'user', content: 'What is the capital of France?' }],
        temperature: 0,
      }

      it('streams an answer', async () => {
        const response = await ask({ ...question, stream: true })
        assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/)
        const events = eventsOf(await response.text())
        assert.equal(events.pop(), '[DONE]')
        const pieces = events.map(({ choices }) => choices[0]?.delta.content ?? '').filter(Boolean)
        assert.equal(pieces.join(''), 'The capital of France is Paris.')
        assert.ok(pieces.length > 3)
      })

      it('hands on what is there, and stops for a reader that leaves', async () => {
        const long = { messages: question.messages, logit_bias: { 2: -100 }, max_tokens: 4000, stream: true }
        const reader = (await ask(long)).body.pipeThrough(new TextDecoderStream()).getReader()
        assert.match(String((await reader.read()).value), /^data: /)
        // Four thousand tokens take longer than one.
        let ended = false
        reader.closed.then(() => {
          ended = true
        })
        assert.equal((await ask({ ...question, max_tokens: 1 })).status, 200)
        assert.equal(ended, false)
        await reader.cancel()
      })

      describe('in a browser', () => {
        const browser = withBrowser()

        it('shows an answer as it is made, and stops it', async () => {
          const { page, faults } = await browser.open(server.url)
          await page.getByLabel('Question').fill('Tell me a long story of the sea.')
          await page.getByRole('button', { name: 'Ask' }).click()
          const texts = page.locator('main p')
          await texts
            .filter({ hasText: /\w+ \w+ \w+ \w+/ })
            .nth(1)
            .waitFor({ timeout: 60_000 })
          await page.getByRole('button', { name: 'Stop' }).click()
          assert.equal(await texts.first().innerText(), 'Tell me a long story of the sea.')
          assert.equal(await page.locator('main').getByRole('alert').count(), 0)
          assert.deepEqual(faults, [])
        })
      })
    })
  })
})
