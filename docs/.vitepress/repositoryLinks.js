import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const pages = join(root, 'docs')
const { homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
/** The repository's address, where its files are looked at. */
export const repository = homepage.replace(/#.*$/, '')

/**
 * Leads links from a page to a folder, or to a file outside of docs, such as an example, to the repository. In the sources such
 * links are relative, as the repository's own pages show them.
 *
 * @param {import('vitepress').MarkdownRenderer} markdown
 */
export function repositoryLinks(markdown) {
  markdown.core.ruler.push('repository_links', ({ tokens, env }) => {
    for (const token of tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null
      if (href === null || /^([a-z]+:|#|\/)/.test(href)) continue
      const [path, anchor] = href.split('#')
      const file = resolve(dirname(env.path), path)
      const isOutside = relative(pages, file).startsWith('..')
      if (isOutside && !existsSync(file)) throw new Error(`${env.relativePath}: there is no ${href}`)
      const isFolder = existsSync(file) && statSync(file).isDirectory()
      if (!isOutside && !isFolder) continue
      const kind = isFolder ? 'tree' : 'blob'
      const address = `${repository}/${kind}/main/${relative(root, file)}`
      token.attrSet('href', anchor === undefined ? address : `${address}#${anchor}`)
    }
  })
}
