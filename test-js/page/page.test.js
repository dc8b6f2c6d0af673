import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { generateOptions } from '../../js-bindings/lib/generation/options.js'
import { ENDLESS, withServer } from '../server/withServer.js'
import { withBrowser } from './withBrowser.js'

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8')
const KEY = 'the-key'

/** The events of an answer, as a server would send them: what a tiny model with random weights would hardly write. */
function answerOf(/** @type {object[]} */ ...deltas) {
  const chunks = deltas.map((delta) => ({ choices: [{ index: 0, delta, finish_reason: null }] }))
  const end = { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }
  return [...chunks, end].map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('') + 'data: [DONE]\n\n'
}

describe('The page of a server', function () {
  this.timeout(60_000)
  const served = withServer({ page: true })
  const guarded = withServer({
    page: true,
    keys: [{ name: 'one', sha256: createHash('sha256').update(KEY).digest('hex') }],
  })
  const browser = withBrowser()

  /** @typedef {import('playwright-core').Page} Page */

  /** @param {Page} page @param {string} text */
  async function ask(page, text) {
    await page.getByLabel('Your message').fill(text)
    await page.getByLabel('Your message').press('Enter')
  }

  /** Sets dials, so that answers are short and always the same. @param {Page} page @param {Record<string, number>} dials */
  async function dial(page, dials) {
    for (const [label, value] of Object.entries(dials)) {
      const field = page.getByLabel(`${label}, as a number; empty for the model's own`)
      await field.fill(String(value))
      await field.press('Tab')
    }
  }

  const isDone = (/** @type {Page} */ page) => page.getByRole('button', { name: 'Send' }).waitFor()

  /** Has the server's next answers be these. @param {Page} page @param {string[]} answers */
  async function answersAre(page, ...answers) {
    const asked = /** @type {any[]} */ ([])
    await page.route('**/v1/chat/completions', async (route) => {
      asked.push(route.request().postDataJSON())
      await route.fulfill({ contentType: 'text/event-stream', body: answers[asked.length - 1] })
    })
    return asked
  }

  it('weighs under 150 kB', () => {
    const folder = new URL('../../js-bindings/build/page/', import.meta.url)
    const packed = ['index.html', 'page.js', 'page.css'].map((file) =>
      gzipSync(readFileSync(new URL(file, folder))),
    )
    assert.ok(packed.reduce((sum, { length }) => sum + length, 0) < 150_000)
  })

  it('is sent once, and packed, with what a browser may do', async () => {
    const first = await served.get('/page.js')
    assert.equal(first.headers.get('content-encoding'), 'gzip')
    assert.match(first.headers.get('content-security-policy'), /default-src 'none'; script-src 'self'/)
    const again = await served.get('/page.js', { headers: { 'if-none-match': first.headers.get('etag') } })
    assert.deepEqual([again.status, await again.text()], [304, ''])
  })

  it('streams an answer, and asks again, in branches', async () => {
    const { page, faults } = await browser.open(served.url)
    await dial(page, { 'Most tokens': 12, Temperature: 1, Seed: 3 })
    await ask(page, 'Hello')
    await isDone(page)
    await page.getByText(/^12 tokens, \d+\.\d a second, the first after \d/).waitFor()
    await page.getByText('cut off at the most tokens').waitFor()
    await dial(page, { Seed: 4 })
    await page.getByRole('button', { name: 'Retry' }).click()
    await page.getByText('2 of 2').waitFor()
    const second = await page.locator('.message.assistant .markdown').textContent()
    await page.getByRole('button', { name: 'The one before' }).click()
    assert.notEqual(await page.locator('.message.assistant .markdown').textContent(), second)
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByLabel('Edit what you said').fill('Good evening')
    await page.getByRole('button', { name: 'Ask again' }).click()
    await isDone(page)
    await page.getByText('Good evening').waitFor()
    assert.equal(await page.locator('.message.user').count(), 1)
    assert.deepEqual(faults, [])
  })

  it('stops an answer, and the engine with it', async () => {
    const { page, faults } = await browser.open(served.url)
    await page.route('**/v1/chat/completions', (route) =>
      route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), ...ENDLESS }) }),
    )
    await ask(page, 'Hello')
    await page.locator('.message.assistant .markdown:not(:empty)').waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await isDone(page)
    await page.getByText('stopped').waitFor()
    for (let i = 0; served.model.stats().running + served.model.stats().paused > 0; i++) {
      assert.ok(i < 100, 'the text is still made')
      await page.waitForTimeout(50)
    }
    assert.deepEqual(faults, [])
  })

  it('keeps chats in the browser, and removes them', async () => {
    const { page, faults } = await browser.open(served.url)
    await dial(page, { 'Most tokens': 4 })
    await ask(page, 'Remember this')
    await isDone(page)
    await page.reload()
    await page.getByRole('button', { name: 'Remember this', exact: true }).click()
    assert.equal(await page.locator('.message').count(), 2)
    page.on('dialog', (dialog) => dialog.accept())
    await page.getByRole('button', { name: 'Remove “Remember this”' }).click()
    assert.equal(await page.locator('.message').count(), 0)
    await page.reload()
    await page.getByText('Chats stay in this browser.').waitFor()
    assert.deepEqual(faults, [])
  })

  it('sends what is set, in the documented ranges', async () => {
    const { page, faults } = await browser.open(served.url)
    const asked = await answersAre(page, answerOf({ content: '{}' }))
    await page.getByLabel('System prompt').fill('Be brief.')
    await dial(page, { Temperature: 1000, 'Top K': 7, 'Repeat penalty': 1.5 })
    await page.getByLabel('Thoughts').selectOption('low')
    await page.getByLabel('JSON Schema of the answer').fill('{"type": "object"')
    await page.getByText(/^Not sent: /).waitFor()
    await page.getByLabel('JSON Schema of the answer').fill('{"type": "object"}')
    await page.getByLabel('Tools', { exact: true }).fill('[{"type": "function", "function": {"name": "f"}}]')
    await ask(page, 'Hello')
    await isDone(page)
    const [{ model, messages, logprobs, stream_options, stream, ...fields }] = asked
    assert.deepEqual(
      [model, messages, logprobs, stream_options, stream],
      [
        'tiny',
        [
          { role: 'system', content: 'Be brief.' },
          { role: 'user', content: 'Hello' },
        ],
        true,
        { include_usage: true },
        true,
      ],
    )
    assert.deepEqual(fields, {
      temperature: generateOptions.temperature.to,
      top_k: 7,
      repeat_penalty: 1.5,
      reasoning_effort: 'low',
      top_logprobs: 5,
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'answer', strict: true, schema: { type: 'object' } },
      },
      tools: [{ type: 'function', function: { name: 'f' } }],
    })
    assert.deepEqual(faults, [])
  })

  it('shows code to copy, folded thoughts, and trusts nothing that a model writes', async () => {
    // Chromium tells of the handlers that it does not run, where DOMPurify reads the text.
    const { page, faults } = await browser.open(served.url, { expects: /inline event handler/ })
    const hostile =
      '<img src=x onerror="document.title=1"><script>document.title=2</script>' +
      '[link](javascript:document.title=3) ![picture](http://example.org/leak) <b onclick="document.title=4">bold</b>'
    await answersAre(
      page,
      answerOf(
        { reasoning_content: 'Let me think.' },
        { content: '```js\nlet a = "<b>"\n' },
        { content: '```\n' },
        { content: hostile },
      ),
    )
    await ask(page, 'Code, please')
    await isDone(page)
    const thoughts = page.locator('details.thoughts')
    assert.equal(await thoughts.evaluate((element) => element.hasAttribute('open')), false)
    await thoughts.locator('summary').click()
    await page.getByText('Let me think.').waitFor()
    await page.locator('[data-copy]').click()
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'let a = "<b>"')
    await page.getByText('bold').click()
    await page.getByText('link', { exact: true }).click()
    assert.equal(await page.title(), 'Realm')
    assert.equal(await page.locator('.markdown :is(img, script)').count(), 0)
    assert.deepEqual(faults, [])
  })

  it('has the user run the tools that are called', async () => {
    const { page, faults } = await browser.open(served.url)
    const call = (/** @type {object} */ more) => ({ tool_calls: [{ index: 0, ...more }] })
    const asked = await answersAre(
      page,
      answerOf(
        call({ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '' } }),
        call({ function: { arguments: '{"city":' } }),
        call({ function: { arguments: '"Rome"}' } }),
      ),
      answerOf({ content: 'It is sunny.' }),
    )
    await ask(page, 'How is the weather in Rome?')
    await isDone(page)
    await page.getByLabel('Its result').fill('sunny')
    await page.getByRole('button', { name: 'Give the result' }).click()
    await page.getByText('It is sunny.').waitFor()
    assert.deepEqual(asked[1].messages.slice(1), [
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Rome"}' } },
        ],
      },
      { role: 'tool', content: 'sunny', tool_call_id: 'call_1' },
    ])
    assert.deepEqual(faults, [])
  })

  it('shows how sure the model was of each token, and what else there was', async () => {
    const { page, faults } = await browser.open(served.url)
    await dial(page, { 'Most tokens': 6, Temperature: 0 })
    await ask(page, 'Hello')
    await isDone(page)
    await page.getByRole('button', { name: 'Confidence' }).click()
    const tokens = page.getByRole('toolbar', { name: 'Tokens of the answer' }).getByRole('button')
    assert.equal(await tokens.count(), 6)
    await tokens.first().focus()
    await page.keyboard.press('ArrowRight')
    assert.equal(await tokens.nth(1).evaluate((element) => element === document.activeElement), true)
    const { logprobs } = await served.model.generate([{ role: 'user', content: 'Hello' }], {
      maxTokens: 6,
      temperature: 0,
      logprobs: 5,
    })
    const shares = await page.locator('.alternatives tr td:first-of-type').allTextContents()
    assert.deepEqual(
      shares,
      logprobs[1].top.map(({ logprob }) => `${(100 * Math.exp(logprob)).toFixed(1)} %`),
    )
    assert.deepEqual(faults, [])
  })

  it('puts models side by side', async () => {
    const { page, faults } = await browser.open(served.url)
    await answersAre(page, answerOf({ content: 'One.' }), answerOf({ content: 'Two.' }))
    await page.getByRole('button', { name: 'Compare' }).click()
    await ask(page, 'Hello')
    await page.getByText('One.', { exact: true }).waitFor()
    await page.getByText('Two.', { exact: true }).waitFor()
    assert.deepEqual(
      await page.getByRole('log').evaluateAll((logs) => logs.map((log) => log.getAttribute('aria-label'))),
      ['What was said with tiny', 'What was said with bert'],
    )
    await page.getByRole('button', { name: 'Leave out bert' }).click()
    assert.equal(await page.getByRole('log').count(), 1)
    assert.deepEqual(faults, [])
  })

  it("says what the server says, where it can't answer", async () => {
    const { page } = await browser.open(served.url, { expects: /status of 400/ })
    await page.locator('.lane-model select').selectOption('bert')
    await ask(page, 'Hello')
    await page.getByRole('alert').filter({ hasText: 'bert' }).waitFor()
  })

  it('asks for a key where the server does, and goes on', async () => {
    const { page, faults } = await browser.open(guarded.url, { expects: /status of 401/ })
    await page.getByRole('dialog', { name: 'This server asks for a key' }).waitFor()
    await page.getByRole('textbox', { name: 'Key' }).fill(KEY)
    await page.getByRole('button', { name: 'Go on' }).click()
    await dial(page, { 'Most tokens': 3 })
    await ask(page, 'Hello')
    await isDone(page)
    await page.getByText(/^3 tokens/).waitFor()
    assert.deepEqual(faults, [])
  })

  it("shows the engine's figures as they change", async () => {
    const { page, faults } = await browser.open(served.url)
    await page.getByRole('tab', { name: 'Chat' }).press('ArrowRight')
    const figures = page.getByRole('region', { name: 'tiny' })
    await figures.getByText('Running', { exact: true }).waitFor()
    const running = figures.locator('.figure', { hasText: 'Running' }).locator('dd')
    assert.equal(await running.textContent(), '0')
    const controller = new AbortController()
    // So many that the page looks while they run.
    const texts = Array.from({ length: 16 }, (_, seed) =>
      served.model.generate([5, 6, 7], {
        maxTokens: 4000,
        logitBias: { 0: -100, 2: -100 },
        seed,
        signal: controller.signal,
      }),
    )
    const ends = Promise.allSettled(texts)
    await figures.locator('.figure', { hasText: /Running\d*[1-9]/ }).waitFor()
    controller.abort()
    await ends
    assert.deepEqual(faults, [])
  })

  for (const width of /** @type {const} */ (['desktop', 'phone'])) {
    for (const dark of [false, true]) {
      it(`has nothing in the way of anybody: ${width}, ${dark ? 'dark' : 'light'}`, async () => {
        const { page, faults } = await browser.open(served.url, { width, dark })
        await answersAre(
          page,
          answerOf(
            { reasoning_content: 'Let me think.' },
            {
              content:
                '# A title\n\n`code`, a [link](https://example.org)\n\n```js\nlet a\n```\n\n|a|b|\n|-|-|\n|1|2|',
            },
          ),
        )
        await ask(page, 'Hello')
        await isDone(page)
        assert.deepEqual(await violations(page), [])
        if (width === 'phone') {
          const [scrollWidth, clientWidth] = await page.evaluate(() => {
            const { scrollWidth, clientWidth } = document.documentElement
            return [scrollWidth, clientWidth]
          })
          assert.ok(scrollWidth <= clientWidth, 'the page is wider than the phone')
          await page.getByRole('button', { name: 'Settings' }).click()
          await page.getByLabel('System prompt').waitFor()
          await page.waitForTimeout(300)
          assert.deepEqual(await violations(page), [])
          await page.keyboard.press('Escape')
        }
        await page.getByRole('tab', { name: 'Engine' }).click()
        await page.getByText('Preemptions').first().waitFor()
        assert.deepEqual(await violations(page), [])
        assert.deepEqual(faults, [])
      })
    }
  }

  /** What axe finds, of every kind. @param {Page} page */
  async function violations(page) {
    await page.evaluate(axe)
    return page.evaluate(async () => {
      const { violations } = await /** @type {any} */ (window).axe.run()
      return violations.map((/** @type {any} */ { id, nodes }) => [
        id,
        nodes.map((/** @type {any} */ node) => node.html),
      ])
    })
  }
})
