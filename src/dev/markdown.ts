import { Marked } from 'marked'
import { escapeHtml } from '../lib/escape-html.ts'

/**
 * The HTML of a document of the repository.
 * @param targetOf where a link or picture leads; what leads nowhere is shown as its text
 */
export function renderMarkdown(text: string, targetOf: (link: string) => string | undefined): string {
  const ids = new Set<string>()
  const marked = new Marked({
    renderer: {
      heading({ tokens, depth, text: heading }) {
        const id = uniqueId(heading, ids)
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`
      },
      link({ href, tokens }) {
        const target = targetOf(href)
        const content = this.parser.parseInline(tokens)
        return target === undefined ? content : `<a href="${escapeHtml(target)}">${content}</a>`
      },
      image({ href, text: alt }) {
        const target = targetOf(href)
        return target === undefined ? escapeHtml(alt) : `<img src="${escapeHtml(target)}" alt="${escapeHtml(alt)}">`
      },
      code: ({ text: code }) => `<pre tabindex="0"><code>${escapeHtml(code)}</code></pre>\n`,
      html: ({ text: html }) => escapeHtml(html),
    },
  })
  return marked.parse(text, { async: false }).replaceAll('<table>', scrolled).replaceAll('</table>', '</table></div>')
}

/** Wide tables are scrolled by keyboard too. */
const scrolled = '<div class="wide" tabindex="0"><table>'

/** As in the addresses of the repository's host: `Hiding who exists` is `hiding-who-exists`. */
function uniqueId(heading: string, ids: Set<string>): string {
  const id = heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
  const unique = ids.has(id) ? `${id}-${ids.size}` : id
  ids.add(unique)
  return unique
}
