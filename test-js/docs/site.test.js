import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pageNames } from '../../docs/.vitepress/pages.js'
import { checkLinks } from '../../js-bindings/scripts/docs/checkLinks.js'

const read = (/** @type {string} */ file) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')

describe('The site of the documentation', () => {
  it('has each page in its sidebar', () => {
    const written = readdirSync(new URL('../../docs', import.meta.url))
      .filter((file) => file.endsWith('.md') && file !== 'index.md')
      .map((file) => file.slice(0, -'.md'.length))
    assert.ok(written.length > 10)
    assert.deepEqual(
      written.filter((name) => !pageNames.includes(name)),
      [],
    )
  })

  it('is built with the packages that its own lockfile names', () => {
    const { devDependencies } = JSON.parse(read('docs/package.json'))
    const { packages } = JSON.parse(read('docs/package-lock.json'))
    for (const [name, version] of Object.entries(devDependencies)) {
      assert.equal(packages[`node_modules/${name}`].version, version)
    }
  })
})

describe('checkLinks', () => {
  /** @type {string} */
  let site

  beforeEach(() => {
    site = mkdtempSync(join(tmpdir(), 'realm-site-'))
    mkdirSync(join(site, 'api'))
    writeFileSync(
      join(site, 'index.html'),
      '<a class="x" href="/api/#one">1</a><a href="https://elsewhere/x">2</a>',
    )
  })
  afterEach(() => rmSync(site, { recursive: true }))

  it('follows links to pages and to their parts', () => {
    writeFileSync(
      join(site, 'api/index.html'),
      '<h2 id="one"></h2><a href="../index.html">1</a><img src="/a.svg">',
    )
    writeFileSync(join(site, 'a.svg'), '')
    assert.deepEqual(checkLinks(site), { pages: 2, links: 3 })
  })

  it('names all that lead nowhere', () => {
    writeFileSync(join(site, 'api/index.html'), '<h2 id="two"></h2><a href="no.html?a&amp;b">1</a>')
    assert.throws(
      () => checkLinks(site),
      /^Error: links lead nowhere:\n\/api\/index\.html: no\.html\?a&b leads to no page\n\/index\.html: \/api\/#one leads to a page without that heading$/,
    )
  })
})
