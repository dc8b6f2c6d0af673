import { marked } from 'marked'

/** How long a passage may become, in characters: some 250 tokens, for which embedders such as all-MiniLM-L6-v2 were trained. */
const LENGTH = 1000

/**
 * Cuts Markdown into passages: paragraphs, lists, tables and code of one section, as many in a row as fit. A block that is
 * longer by itself is a passage of its own.
 *
 * @param {string} markdown
 * @returns {{ line: number, heading: string, text: string }[]} `line` is the first one, from 1; `heading` has those that it stands
 *   under, the outermost first
 */
export function passagesOf(markdown) {
  const passages = []
  const headings = []
  let passage
  let line = 1
  for (const token of marked.lexer(markdown)) {
    if (token.type === 'heading') {
      headings.splice(token.depth - 1, Infinity, token.text)
      passage = undefined
    } else if (token.type !== 'space') {
      if (passage === undefined || passage.text.length + token.raw.length > LENGTH) {
        passage = { line, heading: Object.values(headings).join(' › '), text: '' }
        passages.push(passage)
      }
      passage.text += `${token.raw.trimEnd()}\n\n`
    }
    line += token.raw.split('\n').length - 1
  }
  return passages.map(({ text, ...where }) => ({ ...where, text: text.trimEnd() }))
}
