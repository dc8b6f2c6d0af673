import DOMPurify from 'dompurify'
import { Marked } from 'marked'
import { useMemo } from 'preact/hooks'

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    code({ text, lang = '' }) {
      const [language] = lang.split(/\s/)
      return (
        `<div class="code"><div class="code-bar"><span>${escaped(language)}</span>` +
        '<button type="button" class="quiet" data-copy>Copy</button></div>' +
        `<pre tabindex="0"><code>${escaped(text)}\n</code></pre></div>`
      )
    },
    link({ href, title, tokens }) {
      const text = this.parser.parseInline(tokens)
      return `<a href="${escaped(href)}" title="${escaped(title ?? '')}" target="_blank" rel="noopener noreferrer">${text}</a>`
    },
  },
})

/** @param {string} text */
function escaped(text) {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** What a model may write: no forms, no styles, and nothing that a browser would fetch. */
const ALLOWED = {
  ADD_ATTR: ['target', 'data-copy', 'tabindex'],
  FORBID_TAGS: [
    'style',
    'form',
    'input',
    'img',
    'video',
    'audio',
    'iframe',
    'svg',
    'math',
    'textarea',
    'select',
  ],
  FORBID_ATTR: ['style', 'id', 'name', 'srcset'],
}

/**
 * A text that a model wrote, of which nothing is trusted.
 *
 * @param {{ text: string }} props
 */
export function Markdown({ text }) {
  const html = useMemo(() => DOMPurify.sanitize(/** @type {string} */ (marked.parse(text)), ALLOWED), [text])
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons in it hear the click
    // biome-ignore lint/a11y/useKeyWithClickEvents: a button's key is a click
    <div
      class="markdown"
      onClick={({ target }) => {
        const button = /** @type {HTMLElement} */ (target).closest('[data-copy]')
        const code = button?.closest('.code')?.querySelector('code')?.textContent
        if (button && code) {
          navigator.clipboard.writeText(code.replace(/\n$/, ''))
          button.textContent = 'Copied'
        }
      }}
      // DOMPurify has been over it.
      dangerouslySetInnerHTML={{ __html: html }}
    />
  )
}
