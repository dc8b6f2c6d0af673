import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from '../runProgram.js'

/**
 * Checks that each link within a built site leads to a file of it, and to a part of that page where it names one.
 *
 * @param {string} site its folder
 * @returns {{ pages: number, links: number }} how much was checked
 * @throws {SetupError} with all links that lead nowhere
 */
export function checkLinks(site) {
  const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.html'),
  )
  const texts = new Map(pages.map((page) => [`/${page}`, readFileSync(join(site, page), 'utf8')]))
  const ids = new Map([...texts].map(([page, text]) => [page, new Set(valuesOf(text, 'id'))]))
  let links = 0
  const broken = []
  for (const [page, text] of texts) {
    for (const link of [...valuesOf(text, 'href'), ...valuesOf(text, 'src')]) {
      const { origin, pathname, hash } = new URL(link, `http://site${page}`)
      if (origin !== 'http://site') continue
      links++
      const file = decodeURIComponent(pathname.endsWith('/') ? `${pathname}index.html` : pathname)
      if (!isFile(join(site, file))) broken.push(`${page}: ${link} leads to no page`)
      else if (hash !== '' && !ids.get(file)?.has(decodeURIComponent(hash.slice(1)))) {
        broken.push(`${page}: ${link} leads to a page without that heading`)
      }
    }
  }
  if (broken.length > 0)
    throw new SetupError(`links lead nowhere:\n${[...new Set(broken)].sort().join('\n')}`)
  return { pages: pages.length, links }
}

/**
 * The values of an attribute, in the order of their tags.
 *
 * @param {string} html as a program writes it: quoted with "
 * @param {string} attribute
 */
function valuesOf(html, attribute) {
  const tags = html.matchAll(/<[a-z][^<>]*>/g)
  return [...tags]
    .flatMap(([tag]) => new RegExp(`\\s${attribute}="([^"]*)"`).exec(tag)?.[1] ?? [])
    .map((value) => value.replaceAll('&amp;', '&'))
}

/** @param {string} path */
function isFile(path) {
  return existsSync(path) && statSync(path).isFile()
}
