/** CSS that does more than style: it loads something, or a filter reads it differently from a browser. */

const functions = /(?:url|src|image|image-set|cross-fade|element|expression|attr|paint)\s*\(/i
const ownReference = /url\(\s*(["']?)#[\w.:-]+\1\s*\)/gi

/** True if a value loads nothing. References within the document are allowed, escapes are not. */
export function isTameValue(text: string): boolean {
  if (/[\\\0]|<!|javascript:|vbscript:|-moz-binding|behaviou?r\s*:/i.test(text)) return false
  return !functions.test(text.replace(ownReference, ''))
}

/** The same for a whole stylesheet, where an import loads too. */
export function isTameStylesheet(text: string): boolean {
  return isTameValue(text) && !/@(?!media\b|keyframes\b|supports\b)/i.test(text)
}
