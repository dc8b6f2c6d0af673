import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

/** Where Chromium is: Debian's package, or what the environment says. */
const PATHS = [
  process.env.REALM_TEST_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
]

/** It asks nobody for updates, and finds nothing of an earlier run. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

export const WIDTHS = /** @type {const} */ ({
  desktop: { width: 1360, height: 850 },
  phone: { width: 390, height: 800 },
})

/**
 * A browser for the tests of a suite. Where there is none they are skipped, with that reason; they fail where `CI=true`.
 */
export function withBrowser() {
  const held = {
    /** @type {import('playwright-core').BrowserContext[]} */
    contexts: [],
    /** @type {import('playwright-core').Browser} */
    browser: undefined,
    /**
     * A page of its own storage, which fails the test where it logs an error or asks anybody but the server.
     *
     * @param {string} url
     * @param {{ width?: keyof typeof WIDTHS, dark?: boolean, expects?: RegExp }} [options] `expects`: errors that are part of it
     */
    async open(url, { width = 'desktop', dark = false, expects } = {}) {
      const context = await held.browser.newContext({
        viewport: WIDTHS[width],
        colorScheme: dark ? 'dark' : 'light',
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      held.contexts.push(context)
      const page = await context.newPage()
      const faults = /** @type {string[]} */ ([])
      page.on('pageerror', (error) => faults.push(error.message))
      page.on('console', (message) => {
        if (message.type() === 'error' && !expects?.test(message.text())) faults.push(message.text())
      })
      page.on('request', (request) => {
        const to = request.url()
        if (!to.startsWith(url) && !to.startsWith('data:')) faults.push(`asks ${to}`)
      })
      await page.goto(url)
      return { page, faults }
    },
  }
  before(async function () {
    this.timeout(30_000)
    const executablePath = PATHS.find((path) => path !== undefined && existsSync(path))
    if (executablePath === undefined) {
      if (process.env.CI === 'true') throw new Error('there is no Chromium: apt-get install chromium')
      this.skip()
    }
    held.browser = await chromium.launch({ executablePath, args: ARGUMENTS })
  })
  afterEach(async () => {
    for (const context of held.contexts.splice(0)) await context.close()
  })
  after(async () => {
    await held.browser?.close()
  })
  return held
}
