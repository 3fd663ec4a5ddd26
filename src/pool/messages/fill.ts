import { escapeHtml } from '../../lib/escape-html.ts'

export interface MessageValues {
  code: string
  username?: string
  /** The address behind `{##text##}`. */
  link?: string
}

/** In one pass, so that a placeholder in a value, which a user may have chosen, is not replaced. */
const placeholders = /\{####\}|\{##([^{}]*?)##\}|\{username\}/g

/** A mail's body is HTML of the pool's author; values are text, and are escaped. */
export function fillHtml(template: string, { code, username, link }: MessageValues): string {
  return template.replace(placeholders, (placeholder, linkText?: string) => {
    if (placeholder === '{username}') return escapeHtml(username ?? '')
    if (linkText === undefined || link === undefined) return escapeHtml(code)
    return `<a href="${escapeHtml(link)}">${linkText}</a>`
  })
}

export function fillText(template: string, { code, username, link }: MessageValues): string {
  return template.replace(placeholders, (placeholder, linkText?: string) => {
    if (placeholder === '{username}') return username ?? ''
    return linkText === undefined || link === undefined ? code : link
  })
}

/** A subject is always one line. */
export const fillSubject = (template: string, values: MessageValues): string =>
  fillText(template, { ...values, link: undefined })
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()

/** The plain-text alternative of a mail: line breaks where blocks end, links in brackets behind their text. */
export function htmlToText(html: string): string {
  return withoutUnseen(html)
    .replace(/<a\b([^<>]*)>([^<]*)<\/a>/gi, (link, attributes: string, text: string) => {
      const href = /\bhref="([^"]*)"/i.exec(attributes)?.[1]
      return href === undefined ? link : `${text} (${href})`
    })
    .replace(/<br\b[^<>]*>|<\/(p|div|tr|li|h[1-6])\s*>/gi, '\n')
    .replace(/<[^<>]*>/g, '')
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name]!)
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' }

/** Without elements whose content is not text. One without an end tag loses only its start tag. */
function withoutUnseen(html: string): string {
  const openingTag = /<(style|script|head|title)\b[^<>]*>/gi
  const unended = new Set<string>()
  let text = ''
  let at = 0
  for (let opening = openingTag.exec(html); opening; opening = openingTag.exec(html)) {
    const name = opening[1]!.toLowerCase()
    const closing = unended.has(name) ? null : endOf(name, html, openingTag.lastIndex)
    if (!closing) {
      // There is no end tag further on either: searching again from each start would take quadratic time.
      unended.add(name)
      continue
    }
    text += html.slice(at, opening.index)
    at = closing.index + closing[0].length
    openingTag.lastIndex = at
  }
  return text + html.slice(at)
}

function endOf(name: string, html: string, from: number): RegExpExecArray | null {
  const closingTag = closingTags[name]!
  closingTag.lastIndex = from
  return closingTag.exec(html)
}

const closingTags: Record<string, RegExp> = {
  style: /<\/style\s*>/gi,
  script: /<\/script\s*>/gi,
  head: /<\/head\s*>/gi,
  title: /<\/title\s*>/gi,
}
