import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { apiSidebar, sidebar } from './pages.js'
import { repository, repositoryLinks } from './repositoryLinks.js'

const { description, version } = JSON.parse(
  readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
)

export default defineConfig({
  title: 'Realm',
  description,
  lang: 'en',
  head: [
    ['link', { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' }],
    ['meta', { name: 'theme-color', content: '#7a4d1d' }],
  ],
  srcExclude: ['node_modules/**'],
  lastUpdated: false,
  // The index of the search is one chunk, which is loaded with the first search.
  vite: { build: { chunkSizeWarningLimit: 1500 } },
  markdown: {
    // As the repository's own pages make them, so that a link to a heading works in both.
    anchor: { slugify: anchorOf },
    config: repositoryLinks,
  },
  themeConfig: {
    logo: '/favicon.svg',
    nav: [
      { text: 'Install', link: '/install' },
      { text: 'API', link: '/api/' },
      { text: 'Troubleshooting', link: '/troubleshooting' },
      { text: `v${version}`, link: `${repository}/blob/main/CHANGELOG.md` },
    ],
    sidebar: { '/api/': apiSidebar(), '/': sidebar() },
    outline: { level: [2, 3] },
    search: { provider: 'local' },
    socialLinks: [{ icon: 'github', link: repository }],
    externalLinkIcon: true,
    footer: { message: 'Apache-2.0. Models have licences of their own.' },
  },
})

/** @param {string} heading */
function anchorOf(heading) {
  return heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\p{M}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')
}
